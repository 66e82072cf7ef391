// Some rows of a hidden layer: all those whose weights lie in one block, from hidden to next.
//
//   SLAB_MATRIX(i)   the i-th mat4 of the slab
//   SLAB_FIRST       its first output quad within the layer
//   SLAB_ROWS        number of its output quads
//   SLAB_BIAS        quad of the bias array that belongs to output quad 0 of the layer
#define SLAB_STEP(i) \
    for (int k = 0; k < ROWS; k++) { \
        mat4 m = SLAB_MATRIX((row + k) * QUADS + (i)); \
        for (int t = 0; t < TILE; t++) { sum[k * TILE + t] += m * hidden[(i) * TILE + t]; } \
    }
#define SLAB_SHIFT(i) \
    for (int t = 0; t < TILE; t++) { next[(i) * TILE + t] = next[((i) + ROWS) * TILE + t]; }
for (int row = 0; row < BOUND(SLAB_ROWS); row += ROWS) {
    vec4 sum[ROWS * TILE];
    for (int k = 0; k < ROWS; k++) {
        for (int t = 0; t < TILE; t++) {
            sum[k * TILE + t] = bias[SLAB_BIAS + SLAB_FIRST + row + k];
        }
    }
    EACH_QUAD(SLAB_STEP)
#ifdef SHIFTED
    // What is indexed by a variable lies in memory, one number of one pixel apart from the next;
    // so the finished rows move down, and the new ones are always the last.
    EACH_OLD(SLAB_SHIFT)
    const int first = QUADS - ROWS;
#else
    int first = SLAB_FIRST + row;
#endif
    for (int k = 0; k < ROWS; k++) {
        for (int t = 0; t < TILE; t++) {
            next[(first + k) * TILE + t] = activate(sum[k * TILE + t]);
        }
    }
}
#undef SLAB_STEP
#undef SLAB_SHIFT
