// The weights in a buffer texture: four texels are a mat4.
uniform samplerBuffer weight_texels;

mat4 weight_matrix(int i) {
    return mat4(
        texelFetch(weight_texels, 4 * i),
        texelFetch(weight_texels, 4 * i + 1),
        texelFetch(weight_texels, 4 * i + 2),
        texelFetch(weight_texels, 4 * i + 3)
    );
}
