// Rows of the first layer, all those whose weights lie in one block: SLAB_* as in slab.glsl.
// It adds up over its input, which is made on the way: the place, then waves, which are
// cosines where the phase says so. Nothing but weights and waves is indexed by a variable.
#define SLAB_BEGIN(row) \
    for (int t = 0; t < TILE; t++) { \
        hidden[(SLAB_FIRST + (row)) * TILE + t] = bias[SLAB_FIRST + (row)]; \
    }
#define SLAB_ADD(row) { \
    mat4 m = SLAB_MATRIX(quad * SLAB_ROWS + (row)); \
    for (int t = 0; t < TILE; t++) { hidden[(SLAB_FIRST + (row)) * TILE + t] += m * x[t]; } \
}
#define SLAB_END(row) \
    for (int t = 0; t < TILE; t++) { \
        hidden[(SLAB_FIRST + (row)) * TILE + t] = activate(hidden[(SLAB_FIRST + (row)) * TILE + t]); \
    }
SLAB_EACH_ROW(SLAB_BEGIN)
for (int quad = 0; quad <= counts.y; quad++) {
    vec4 x[TILE];
    vec4 to_x = feature_x[quad], to_y = feature_y[quad], phase = feature_phase[quad];
    for (int t = 0; t < TILE; t++) {
        vec2 p = place[t];
        x[t] = quad > 0 ? sine(to_x * p.x + to_y * p.y + phase) : vec4(p, length(p), 0.0);
    }
    SLAB_EACH_ROW(SLAB_ADD)
}
SLAB_EACH_ROW(SLAB_END)
#undef SLAB_BEGIN
#undef SLAB_ADD
#undef SLAB_END
