// The colours: one output quad, of which three numbers count. SLAB_* as in slab.glsl.
#define SLAB_STEP(i) { \
    mat4 m = SLAB_MATRIX(i); \
    for (int t = 0; t < TILE; t++) { colours[t] += m * hidden[(i) * TILE + t]; } \
}
for (int t = 0; t < TILE; t++) {
    colours[t] = bias[SLAB_BIAS];
}
EACH_QUAD(SLAB_STEP)
for (int t = 0; t < TILE; t++) {
    colours[t] = colour(colours[t]);
}
#undef SLAB_STEP
