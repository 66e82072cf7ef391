"""An X server that ends under a show: one line says so, and all is closed as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import LIMIT_S, show
from tests.screen import x_server
from visualizer.system.paths import saved_show_file


@pytest.mark.slow
@pytest.mark.usefixtures("display")  # skips where there is no Xvfb
def test_a_show_whose_x_server_ends_says_so_and_ends(demo_song: Path, tmp_path: Path) -> None:
    with x_server() as (display, server), show(display, tmp_path, str(demo_song)) as running:
        running.wait(lambda line: line["frames"] > 20)
        server.kill()
        assert running.process.wait(LIMIT_S) == 1
    errors = [line for line in running.log() if line.startswith("error:")]
    assert len(errors) == 1
    assert errors[0].startswith("error: the display is gone")
    assert not any("Traceback" in line for line in running.log())
    # How the show stood was written down, as at any end.
    assert saved_show_file().exists()
