// One layer, whose neurons are lanes.
//
//   LAYER_FROM, LAYER_TO           where the input and the output begin among the numbers
//   LAYER_EACH_INPUT(PAIR, STEP)   PAIR for two quads of the input each, STEP for an odd last one
//   LAYER_EACH_NEURON(STEP)        STEP for every neuron of a lane
//   LAYER_ROWS                     its neurons; lanes beyond do the first ones' work again
//   LAYER_WEIGHTS                  first texel; LAYER_BIAS: first quad of the bias array
//   LAYER_ACTIVATE(x)
#define LAYER_WEIGHT(i) texelFetch(weight_texels, LAYER_WEIGHTS + (i) * LAYER_ROWS + neuron)
#define LAYER_NUMBER(g, i) numbers[LAYER_FROM + (i) * GROUPS + g]
#define LAYER_ADD(g, i) \
    sum[g] += a.x * LAYER_NUMBER(g, 4 * (i)); \
    sum[g] += a.y * LAYER_NUMBER(g, 4 * (i) + 1); \
    sum[g] += a.z * LAYER_NUMBER(g, 4 * (i) + 2); \
    sum[g] += a.w * LAYER_NUMBER(g, 4 * (i) + 3);
#define LAYER_ADD_PAIR(g, i) LAYER_ADD(g, i) \
    sum[g] += b.x * LAYER_NUMBER(g, 4 * (i) + 4); \
    sum[g] += b.y * LAYER_NUMBER(g, 4 * (i) + 5); \
    sum[g] += b.z * LAYER_NUMBER(g, 4 * (i) + 6); \
    sum[g] += b.w * LAYER_NUMBER(g, 4 * (i) + 7);
#define LAYER_STEP(i) { \
    vec4 a = LAYER_WEIGHT(i); \
    EACH_GROUP(LAYER_ADD, i) \
}
// llvmpipe calls a function for a texel and forgets its sums over it: half as often this way.
#define LAYER_PAIR(i) { \
    vec4 a = LAYER_WEIGHT(i); \
    vec4 b = LAYER_WEIGHT((i) + 1); \
    EACH_GROUP(LAYER_ADD_PAIR, i) \
}
#define LAYER_BEGIN(g, start) sum[g] = vec4(start);
#define LAYER_END(g, neuron) numbers[LAYER_TO + neuron * GROUPS + g] = LAYER_ACTIVATE(sum[g]);
#define LAYER_NEURON(n) { \
    int neuron = (lane + (n) * LANES) % LAYER_ROWS; \
    float start = bias[LAYER_BIAS + (neuron >> 2)][neuron & 3]; \
    vec4 sum[GROUPS]; \
    EACH_GROUP(LAYER_BEGIN, start) \
    LAYER_EACH_INPUT(LAYER_PAIR, LAYER_STEP) \
    EACH_GROUP(LAYER_END, neuron) \
}
LAYER_EACH_NEURON(LAYER_NEURON)
barrier();
#undef LAYER_WEIGHT
#undef LAYER_NUMBER
#undef LAYER_ADD
#undef LAYER_ADD_PAIR
#undef LAYER_STEP
#undef LAYER_PAIR
#undef LAYER_BEGIN
#undef LAYER_END
#undef LAYER_NEURON
