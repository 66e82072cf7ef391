#version 330
// Drawn where nothing is: visualizer/render/gl/sampler_reset.py tells why.
uniform sampler2D nearest;
out vec4 colour;

void main() {
    colour = texelFetch(nearest, ivec2(0), 0);
}
