"""A film: planes to an encoder, an MP4 that is whole or not there."""
