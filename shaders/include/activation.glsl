// Activations, as in visualizer.style.network.ACTIVATION_FUNCTIONS and in its order.

// Drivers differ in how they reduce large angles, and some lose all digits. 2 pi is taken
// off in two parts, the first with so few bits that whole multiples of it are exact.
vec4 reduced(vec4 x) {
    vec4 turns = floor(x * 0.15915494309189535 + 0.5);
    return (x - turns * 6.28125) - turns * 0.0019353071795864769;
}

vec4 sine(vec4 x) {
    return sin(reduced(x));
}

vec4 cosine(vec4 x) {
    return cos(reduced(x));
}

// One exponential instead of the two of most drivers' tanh. Beyond 15 it is 1 in float32,
// and the clamp keeps infinity / infinity away.
vec4 hyperbolic_tangent(vec4 x) {
    return 1.0 - 2.0 / (1.0 + exp2(2.8853900817779268 * clamp(x, -15.0, 15.0)));
}

vec4 activate(vec4 x) {
#if ACTIVATION == 0  // tanh
    return hyperbolic_tangent(x);
#elif ACTIVATION == 1  // sin
    return sine(x);
#elif ACTIVATION == 2  // gaussian
    vec4 y = clamp(x, -9.0, 9.0);
    return exp(-y * y);
#elif ACTIVATION == 3  // relu
    return max(x, 0.0);
#elif ACTIVATION == 4  // leaky_relu
    return max(x, 0.1 * x);
#elif ACTIVATION == 5  // elu
    return max(x, 0.0) + exp(clamp(x, -30.0, 0.0)) - 1.0;
#elif ACTIVATION == 6  // silu
    return x * (0.5 + 0.5 * hyperbolic_tangent(0.5 * x));
#else
#error ACTIVATION is no number of an activation in visualizer.style.style.ACTIVATIONS
#endif
}

vec4 colour(vec4 x) {
    return 0.5 + 0.5 * hyperbolic_tangent(x);
}
