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
// Numbers travel in quads (vec4), matrices as mat4 blocks. All that z moves is constant over
// the frame and arrives in the Frame block.
//
//   block / sampler   what                                       filled
//   Frame             fold, view, waves, phases, biases, bounds  per frame and layer
//   Weights0 .. n     mat4 blocks of all layers                  when the style is made ready
//   weight_texels     the same, in a buffer texture              when the style is made ready
//
//   define            what (visualizer/render/shader_text/tuning.py picks)
//   QUADS, DEPTH      the program class: width / 4, hidden layers
//   ACTIVATION        number in visualizer.style.style.ACTIVATIONS
//   TILE              pixels of a fragment; strip t holds columns t * strip_columns ..
//   ROWS              output quads of a hidden layer worked on at once
//   BOUND(n)          n, or n hidden from compilers that would unroll for minutes
//   EACH_QUAD(STEP)   STEP for 0 .. QUADS - 1, as text or as a loop; EACH_OLD: for all but ROWS
//   SHIFTED           where nothing but weights may be indexed by a variable

#include "include/frame.glsl"
#include "weights.glsl"
#include "include/activation.glsl"
#include "include/plane.glsl"

layout(location = 0) out vec4 strips[TILE];

// Quad i of the layer that has been made becomes the next one's input.
#define TAKE(i) for (int t = 0; t < TILE; t++) { hidden[(i) * TILE + t] = next[(i) * TILE + t]; }

void main() {
    // One layer's output, and the one that is being made of it.
    vec4 hidden[QUADS * TILE];
    vec4 next[QUADS * TILE];
    vec4 colours[TILE];
    vec2 place[TILE];
    for (int t = 0; t < TILE; t++) {
        place[t] = pixel(floor(gl_FragCoord.xy) + vec2(float(t) * strip_columns.x, 0.0));
    }
    fold(place);
    view(place);
    warp(place);
#include "layers.glsl"
    for (int t = 0; t < TILE; t++) {
        strips[t] = vec4(colours[t].rgb, 1.0);
    }
}
