// Dither: noise of one 8-bit level before rounding, so that smooth gradients do not band.

// pcg3d: Jarzynski and Olano, "Hash functions for GPU rendering" (JCGT 2020).
// Whole numbers only: the same noise on every machine.
uvec3 hash(uvec3 v) {
    v = v * 1664525u + 1013904223u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v ^= v >> 16u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    return v;
}

// c in 0..1 to a whole number of 255ths. Two uniform noises make a triangular one, whose
// error does not follow the picture (Lipshitz et al., 1992). In the lowest and the highest
// level a single one takes over: the mean still holds, and black and white stay clean.
vec3 dithered(vec3 c, uvec3 seed) {
    uvec3 bits = hash(seed);
    vec3 first = vec3(bits & 0xffffu) / 65536.0;
    vec3 second = vec3(bits >> 16u) / 65536.0;
    vec3 level = 255.0 * c;
    vec3 inside = floor(level + first + second - 0.5);
    vec3 edge = floor(level + first);
    bvec3 at_edge = lessThan(min(level, 255.0 - level), vec3(1.0));
    return clamp(mix(inside, edge, at_edge), 0.0, 255.0) / 255.0;
}
