#version 430
// The CPPN of network.frag for GL 4.3 and later, in which a lane is a neuron and not a pixel.
// A group evaluates the network for PIXELS pixels of a row; all its lanes work on the same
// layer, whose input they share. A weight is then read once for PIXELS pixels, and a number of
// the layer before is the same for all lanes, which is what every machine reads fastest.
//
//   block / sampler   what                                     filled
//   Frame             see include/frame.glsl                   per frame and layer
//   weight_texels     rows of all layers, four inputs a texel  when the style is made ready
//
//   define            what (visualizer/render/shader_text/tuning.py picks)
//   QUADS, DEPTH      width / 4, hidden layers
//   INPUTS            quads of the first layer's input
//   ACTIVATION        number in visualizer.style.style.ACTIVATIONS
//   PIXELS, LANES     of a group; NEURONS = width / LANES are a lane's own
//   EACH_WAVE(STEP)   STEP for every wave of a lane, as text, like the steps of layers: llvmpipe
//                     reads at once what is the same for all lanes, but only outside of branches
//   COLOURS           where the last layer's output begins among the numbers

#define TILE 1
#define GROUPS (PIXELS / 4)
#define ROOM (4 * max(QUADS, INPUTS) * GROUPS)

#include "include/frame.glsl"
#include "include/activation.glsl"
#include "include/plane.glsl"

layout(local_size_x = LANES) in;
layout(rgba32f, binding = 0) uniform writeonly image2D picture;
layout(binding = 0) uniform samplerBuffer weight_texels;
layout(location = 0) uniform int first_row;

// A layer's input and output in turn: [number][four pixels].
shared vec4 numbers[2 * ROOM];

// One wave of the first layer's input for all pixels.
void put_wave(int number) {
    int quad = number >> 2, part = number & 3;
    float x = feature_x[quad][part], y = feature_y[quad][part], phase = feature_phase[quad][part];
    for (int g = 0; g < GROUPS; g++) {
        numbers[number * GROUPS + g] = sine(x * numbers[g] + y * numbers[GROUPS + g] + phase);
    }
}

void main() {
    int lane = int(gl_LocalInvocationID.x);
    int own = lane % PIXELS;
    ivec2 at = ivec2(int(gl_WorkGroupID.x) * PIXELS + own, int(gl_WorkGroupID.y) + first_row);
    vec2 place[TILE];
    place[0] = pixel(vec2(at));
    fold(place);
    view(place);
    warp(place);
    // Whole vec4s only: lanes that write parts of the same one could undo each other's.
    numbers[ROOM + own] = vec4(place[0], length(place[0]), 0.0);
    barrier();
    int g = lane % GROUPS;
    mat4 four = transpose(mat4(
        numbers[ROOM + 4 * g], numbers[ROOM + 4 * g + 1],
        numbers[ROOM + 4 * g + 2], numbers[ROOM + 4 * g + 3]
    ));
    for (int i = 0; i < 4; i++) { numbers[i * GROUPS + g] = four[i]; }
    barrier();
    // Lanes that are left over make the last wave once more.
#define WAVE(i) put_wave(min(4 + lane + (i) * LANES, 4 * INPUTS - 1));
    EACH_WAVE(WAVE)
    barrier();
#include "layers.glsl"
    if (lane < PIXELS && at.x < int(grid.z)) {
        int first = COLOURS + (own >> 2), part = own & 3;
        vec3 colour = vec3(
            numbers[first][part], numbers[first + GROUPS][part], numbers[first + 2 * GROUPS][part]
        );
        imageStore(picture, at, vec4(colour, 1.0));
    }
}
