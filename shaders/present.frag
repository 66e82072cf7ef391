#version 330
// All that is done per screen pixel, in this order: upscale each layer (Catmull-Rom),
// mix them in linear light, turn the hue, dim, dither.
//
//   uniform    what
//   layer0, 1  colours as the network made them, sRGB-coded floats
//   mixes      share of each layer, in linear light
//   hue        turns colours around grey, in linear light, and keeps their luminance
//   dimmer     0 is black, 1 is full, in linear light
//   untouched  true where all of these would change nothing
//   frame      number of the frame: seeds the dither
//   size       columns and rows of the picture
//   drawn      columns and rows of the layers, from their lower left corner
//
//   define     what
//   LAYERS     1 or 2
//   UPSCALE    1 where the layers are smaller than the picture

uniform sampler2D layer0;
uniform sampler2D layer1;
uniform vec2 mixes;
uniform mat3 hue;
uniform float dimmer;
uniform bool untouched;
uniform int frame;
uniform vec2 size;
uniform ivec2 drawn;

out vec4 screen;

#include "include/catmull_rom.glsl"
#include "include/dither.glsl"

vec3 to_linear(vec3 c) {
    return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), greaterThan(c, vec3(0.04045)));
}

vec3 to_srgb(vec3 c) {
    vec3 high = 1.055 * pow(max(c, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, high, greaterThan(c, vec3(0.0031308)));
}

vec3 layer(sampler2D source) {
#if UPSCALE
    // Catmull-Rom overshoots at edges; colours end at 0 and 1.
    return clamp(catmull_rom(source, drawn, gl_FragCoord.xy / size), 0.0, 1.0);
#else
    return texelFetch(source, ivec2(gl_FragCoord.xy), 0).rgb;
#endif
}

void main() {
    vec3 c = layer(layer0);
    // Decoding and encoding again would cost the last bits: leave alone what stays the same.
    if (!untouched) {
        vec3 light = mixes.x * to_linear(c);
#if LAYERS == 2
        light += mixes.y * to_linear(layer(layer1));
#endif
        c = to_srgb(dimmer * clamp(hue * light, 0.0, 1.0));
    }
    screen = vec4(dithered(c, uvec3(uvec2(gl_FragCoord.xy), uint(frame))), 1.0);
}
