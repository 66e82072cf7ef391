"""CLIP, and what a picture is to be near."""
