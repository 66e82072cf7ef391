// The weights where they fit no uniform block: four texels are a mat4, 64 mat4s a row.
uniform sampler2D weight_texture;

mat4 weight_matrix(int i) {
    ivec2 at = ivec2((i & 63) * 4, i >> 6);
    return mat4(
        texelFetch(weight_texture, at, 0),
        texelFetch(weight_texture, at + ivec2(1, 0), 0),
        texelFetch(weight_texture, at + ivec2(2, 0), 0),
        texelFetch(weight_texture, at + ivec2(3, 0), 0)
    );
}
