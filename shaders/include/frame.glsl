// The Frame block: everything that is constant over one frame of one layer.
// visualizer/render/shader_text/uniforms.py packs it; a test holds its offsets to the driver's.
//
//   name             unit / meaning
//   grid             aspect / columns, 1 / rows, columns, rows
//   strip_columns.x  columns of a strip
//   counts           quads of warp waves, of the input's waves, the number 1, mirrors
//   fold_way.x       0..1, how far the plane is from one fold to the next
//   mirrors          unit normals of the two folds' mirrors, in order: xy before, zw after
//   view_x, view_y   rows of the 2x3 view: x' = dot(view_x.xyz, (x, y, 1))
//   warp_*           V (x, y), phase in radians, U (to x, to y); quads of waves
//   feature_*        B (x, y), phase in radians; from quad 1 on: sines, then cosines as sines
//   bias             QUADS quads per hidden layer, then the colour's
layout(std140) uniform Frame {
    vec4 grid;
    vec4 strip_columns;
    ivec4 counts;
    vec4 fold_way;
    vec4 mirrors[4];
    vec4 view_x;
    vec4 view_y;
    vec4 warp_x[4];
    vec4 warp_y[4];
    vec4 warp_phase[4];
    vec4 warp_to_x[4];
    vec4 warp_to_y[4];
    vec4 feature_x[17];
    vec4 feature_y[17];
    vec4 feature_phase[17];
    vec4 bias[QUADS * DEPTH + 1];
};
