#version 330
// The CPPN: one fragment evaluates the whole network for TILE pixels. Written in floats;
// everything per screen pixel (mix, upscale, dimmer, dither) is present.frag's.
//
//   fold      (x, y) mirrored into one piece of the plane
//   view      p  = view * (x, y, 1)
//   warp      p' = p + U sin(V p + phase)
//   features  x0 = p', |p'|, sin(B p' + phase), cos(B p' + phase)
//   layers    h  = activate(W h + bias)           DEPTH of them
//   colour    sigmoid(2 (W h + bias))
//
// Numbers travel in quads (vec4), matrices as mat4 blocks in [output quad][input quad] order.
// All that z moves is constant over the frame and arrives in the Frame block.
//
//   block / sampler   what                                       filled
//   Frame             fold, view, waves, phases, biases, bounds  per frame and layer
//   Weights0 .. n     mat4 blocks of all layers                  when the style is made ready
//   weight_texture    the same, where they fit no uniform block  when the style is made ready
//
//   define            what (visualizer/render/tuning.py picks)
//   QUADS, DEPTH      the program class: width / 4, hidden layers
//   ACTIVATION        number in visualizer.style.ACTIVATIONS
//   TILE              pixels of a fragment; strip t holds columns t * strip_columns ..
//   BOUND(n)          n, hidden from compilers that would unroll for minutes
//   EACH_INPUT(STEP)  STEP for every quad of a hidden layer's input, as text or as a loop

#include "include/frame.glsl"
#include "weights.glsl"
#include "include/activation.glsl"

// The first layer reads x, y, radius, then at most 8 quads of sines and 8 of cosines.
#define INPUT_QUADS 17
#define EVEN_QUADS (QUADS > INPUT_QUADS ? QUADS : INPUT_QUADS)

layout(location = 0) out vec4 strips[TILE];

vec2 pixel(int t) {
    float column = floor(gl_FragCoord.x) + float(t) * strip_columns.x;
    // Twice the distance from the middle is a whole number: one rounding, not three.
    vec2 twice = 2.0 * vec2(column, floor(gl_FragCoord.y)) + 1.0 - grid.zw;
    return twice * grid.xy;
}

// Two folds at once, and the way between them: without any mirror p comes back as it was.
vec2 folded(vec2 p) {
    vec4 both = p.xyxy;
    for (int i = 0; i < counts.w; i++) {
        vec4 normal = mirrors[i];
        vec2 beyond = max(vec2(dot(both.xy, normal.xy), dot(both.zw, normal.zw)), 0.0);
        both -= 2.0 * beyond.xxyy * normal;
    }
    return mix(both.xy, both.zw, fold_way.x);
}

vec2 viewed(vec2 p) {
    return vec2(dot(view_x.xyz, vec3(p, 1.0)), dot(view_y.xyz, vec3(p, 1.0)));
}

vec2 warped(vec2 p) {
    vec2 moved = p;
    for (int q = 0; q < counts.x; q++) {
        vec4 wave = sine(warp_x[q] * p.x + warp_y[q] * p.y + warp_phase[q]);
        moved += vec2(dot(warp_to_x[q], wave), dot(warp_to_y[q], wave));
    }
    return moved;
}

void main() {
    // Layers read one and write the other, in turn.
    vec4 even[EVEN_QUADS * TILE];
    vec4 odd[QUADS * TILE];
    vec2 place[TILE];
    for (int t = 0; t < TILE; t++) {
        place[t] = warped(viewed(folded(pixel(t))));
        even[t] = vec4(place[t], length(place[t]), 0.0);
    }
    for (int q = 0; q < counts.y; q++) {
        for (int t = 0; t < TILE; t++) {
            vec4 angle = feature_x[q] * place[t].x + feature_y[q] * place[t].y + feature_phase[q];
            even[(1 + q) * TILE + t] = sine(angle);
            even[(1 + counts.y + q) * TILE + t] = cosine(angle);
        }
    }
    vec4 colours[TILE];
#include "layers.glsl"
    for (int t = 0; t < TILE; t++) {
        strips[t] = vec4(colours[t].rgb, 1.0);
    }
}
