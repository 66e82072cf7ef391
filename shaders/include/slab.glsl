// Some rows of one layer: all those whose weights lie in one block. Included once per slab.
//
//   SLAB_MATRIX(i)      the i-th mat4 of the slab
//   SLAB_EACH(STEP)     STEP for every quad of its input
//   SLAB_INPUTS         number of those quads
//   SLAB_FIRST          its first output quad within the layer
//   SLAB_ROWS           number of its output quads
//   SLAB_BIAS           quad of the bias array that belongs to output quad 0 of the layer
//   SLAB_PASS           output quads worked on at once
//   SLAB_FROM, SLAB_TO  arrays read and written;  SLAB_ACTIVATE(x)
#define SLAB_STEP(i) { \
    for (int t = 0; t < TILE; t++) { x[t] = SLAB_FROM[(i) * TILE + t]; } \
    for (int k = 0; k < SLAB_PASS; k++) { \
        mat4 m = SLAB_MATRIX((row + k) * SLAB_INPUTS + (i)); \
        for (int t = 0; t < TILE; t++) { sum[k * TILE + t] += m * x[t]; } \
    } \
}
for (int row = 0; row < BOUND(SLAB_ROWS); row += SLAB_PASS) {
    vec4 sum[SLAB_PASS * TILE];
    vec4 x[TILE];
    for (int k = 0; k < SLAB_PASS; k++) {
        for (int t = 0; t < TILE; t++) {
            sum[k * TILE + t] = bias[SLAB_BIAS + SLAB_FIRST + row + k];
        }
    }
    SLAB_EACH(SLAB_STEP)
    for (int k = 0; k < SLAB_PASS; k++) {
        for (int t = 0; t < TILE; t++) {
            SLAB_TO[(SLAB_FIRST + row + k) * TILE + t] = SLAB_ACTIVATE(sum[k * TILE + t]);
        }
    }
}
#undef SLAB_STEP
