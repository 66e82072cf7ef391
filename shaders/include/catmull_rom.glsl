// Catmull-Rom interpolation (Keys' cubic convolution, 1981, with a = -0.5), edges clamped.
// torch's bicubic has a = -0.75, which was 10 dB further from the picture drawn at full size.

// Weights of the texels at -1, 0, 1, 2 for a point at 0 <= f < 1.
vec4 catmull_rom_weights(float f) {
    return vec4(
        ((-0.5 * f + 1.0) * f - 0.5) * f,
        (1.5 * f - 2.5) * f * f + 1.0,
        ((-1.5 * f + 2.0) * f + 0.5) * f,
        (0.5 * f - 0.5) * f * f
    );
}

// The picture lies in the lower left ``size`` texels of the source; at is 0..1 within it.
vec3 catmull_rom(sampler2D source, ivec2 size, vec2 at) {
    ivec2 last = size - 1;
    vec2 place = at * vec2(last + 1) - 0.5;
    ivec2 corner = ivec2(floor(place)) - 1;
    vec4 wx = catmull_rom_weights(fract(place.x));
    vec4 wy = catmull_rom_weights(fract(place.y));
    vec3 sum = vec3(0.0);
    for (int j = 0; j < 4; j++) {
        vec3 row = vec3(0.0);
        for (int i = 0; i < 4; i++) {
            row += wx[i] * texelFetch(source, clamp(corner + ivec2(i, j), ivec2(0), last), 0).rgb;
        }
        sum += wy[j] * row;
    }
    return sum;
}
