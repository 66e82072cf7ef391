// From pixels to the places in the plane that the network is asked for: TILE of them at once,
// because reading a constant can cost more than what is done with it.

// The middle of a pixel: y from -1 (bottom) to 1 (top), x in the same units.
vec2 pixel(vec2 column_row) {
    // Twice the distance from the middle is a whole number: one rounding, not three.
    vec2 twice = 2.0 * column_row + 1.0 - grid.zw;
    return twice * grid.xy;
}

// Two folds at once, and the way between them: without any mirror p comes back as it was.
void fold(inout vec2 p[TILE]) {
    vec4 both[TILE];
    for (int t = 0; t < TILE; t++) { both[t] = p[t].xyxy; }
    for (int i = 0; i < counts.w; i++) {
        vec4 normal = mirrors[i];
        for (int t = 0; t < TILE; t++) {
            vec4 along = both[t] * normal;
            vec2 beyond = max(along.xz + along.yw, 0.0);
            both[t] -= 2.0 * beyond.xxyy * normal;
        }
    }
    for (int t = 0; t < TILE; t++) { p[t] = mix(both[t].xy, both[t].zw, fold_way.x); }
}

void view(inout vec2 p[TILE]) {
    for (int t = 0; t < TILE; t++) {
        p[t] = vec2(dot(view_x.xyz, vec3(p[t], 1.0)), dot(view_y.xyz, vec3(p[t], 1.0)));
    }
}

void warp(inout vec2 p[TILE]) {
    vec2 straight[TILE] = p;
    for (int q = 0; q < counts.x; q++) {
        vec4 x = warp_x[q], y = warp_y[q], phase = warp_phase[q];
        vec4 to_x = warp_to_x[q], to_y = warp_to_y[q];
        for (int t = 0; t < TILE; t++) {
            vec4 wave = sine(x * straight[t].x + y * straight[t].y + phase);
            p[t] += vec2(dot(to_x, wave), dot(to_y, wave));
        }
    }
}
