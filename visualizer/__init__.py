"""Chladni: a small network draws what is heard.

The rooms, in the order in which a sound becomes a picture:

- ``audio``    sources of hops (microphone, file) and the ``Analyzer``: a hop becomes ``Features``
- ``mapping``  ``Modulator``: features become z and the view of one layer
- ``network``  the CPPN itself, in NumPy: the reference, and the per-frame constants
- ``render``   the same network as a GLSL shader, and the present pass
- ``sinks``    where pictures go: window, film, still
- ``loop``     the main loop that joins them; ``cli`` picks the parts
"""

__version__ = "0.1.0"
