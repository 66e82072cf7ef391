"""Who asks for actions: scripts, playlists, sliders, files that change."""
