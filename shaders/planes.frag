#version 330
// A picture as encoders take it: Y of every pixel, U and V of every 2x2, top row first.
// BT.709 in limited range: black is 16, white 235, colour differences lie 112 around 128.
//
//   define  what
//   CHROMA  0 writes Y, of two pixels beside each other at once: llvmpipe needs half as long for
//           them as for one and one. 1 writes U and V.

uniform sampler2D picture;

#if CHROMA
layout(location = 0) out float u;
layout(location = 1) out float v;
#else
out vec2 y;
#endif

const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

vec3 pixel(int column, int row) {
    return texelFetch(picture, ivec2(column, textureSize(picture, 0).y - 1 - row), 0).rgb;
}

// Whole numbers, so that no driver rounds in its own way. The picture's dither lives on in them.
float level(float value) {
    return floor(value + 0.5) / 255.0;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
#if CHROMA
    // The mean of coded values, as every encoder's own conversion takes it: players undo that.
    int column = 2 * at.x, row = 2 * at.y;
    vec3 c = 0.25 * (pixel(column, row) + pixel(column + 1, row)
                   + pixel(column, row + 1) + pixel(column + 1, row + 1));
    float luma = dot(LUMA, c);
    u = level(128.0 + 224.0 * (c.b - luma) / 1.8556);
    v = level(128.0 + 224.0 * (c.r - luma) / 1.5748);
#else
    y = vec2(level(16.0 + 219.0 * dot(LUMA, pixel(2 * at.x, at.y))),
             level(16.0 + 219.0 * dot(LUMA, pixel(2 * at.x + 1, at.y))));
#endif
}
