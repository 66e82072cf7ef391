#version 330
// An image as it is, to be blended over what is there.
uniform sampler2D image;
in vec2 place;
out vec4 colour;
void main() {
    colour = texture(image, place);
}
