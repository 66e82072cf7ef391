// One layer, whose neurons are lanes.
//
//   LAYER_FROM, LAYER_TO      where the input and the output begin among the numbers
//   LAYER_EACH_INPUT(STEP)    STEP for every quad of the input
//   LAYER_EACH_NEURON(STEP)   STEP for every neuron of a lane
//   LAYER_ROWS                neurons of the layer; lanes beyond do the first ones' work again
//   LAYER_WEIGHTS             first texel; LAYER_BIAS: first quad of the bias array
//   LAYER_ACTIVATE(x)
#define LAYER_ADD(g, i) \
    sum[g] += weight.x * numbers[LAYER_FROM + (4 * (i) + 0) * GROUPS + g]; \
    sum[g] += weight.y * numbers[LAYER_FROM + (4 * (i) + 1) * GROUPS + g]; \
    sum[g] += weight.z * numbers[LAYER_FROM + (4 * (i) + 2) * GROUPS + g]; \
    sum[g] += weight.w * numbers[LAYER_FROM + (4 * (i) + 3) * GROUPS + g];
#define LAYER_STEP(i) { \
    vec4 weight = texelFetch(weight_texels, LAYER_WEIGHTS + (i) * LAYER_ROWS + neuron); \
    EACH_GROUP(LAYER_ADD, i) \
}
#define LAYER_BEGIN(g, start) sum[g] = vec4(start);
#define LAYER_END(g, neuron) numbers[LAYER_TO + neuron * GROUPS + g] = LAYER_ACTIVATE(sum[g]);
#define LAYER_NEURON(n) { \
    int neuron = (lane + (n) * LANES) % LAYER_ROWS; \
    float start = bias[LAYER_BIAS + (neuron >> 2)][neuron & 3]; \
    vec4 sum[GROUPS]; \
    EACH_GROUP(LAYER_BEGIN, start) \
    LAYER_EACH_INPUT(LAYER_STEP) \
    EACH_GROUP(LAYER_END, neuron) \
}
LAYER_EACH_NEURON(LAYER_NEURON)
barrier();
#undef LAYER_ADD
#undef LAYER_STEP
#undef LAYER_BEGIN
#undef LAYER_END
#undef LAYER_NEURON
