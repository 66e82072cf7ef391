"""Chladni: a small network draws what is heard.

The rooms, each allowed to know those before it:

- ``types``     every value that crosses a border, and the contracts of the rooms
- ``system``    files, processes, threads
- ``style``     a style's weights and its file; the CPPN in NumPy; untrained styles
- ``show``      pure: what is asked for and what is heard become the scene of each frame
- ``controls``  who asks: scripts, playlists, sliders
- ``audio``     sources of hops, and the ``Analyzer``: a hop becomes ``Features``
- ``render``    the CPPN as a GLSL shader, and the present pass
- ``output``    where pictures go: window, film, still
- ``monitor``   how the show fares; ``config`` what was asked for
- ``loop``      the main loop; ``app`` opens the parts and joins them; ``cli`` picks
"""

__version__ = "0.1.0"
