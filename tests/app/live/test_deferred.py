"""Jobs that wait until the first picture is there."""

from __future__ import annotations

import queue
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.fakes import make_frame
from visualizer.app.live.deferred import Deferred, watch_library


def test_one_job_a_frame_is_done_in_order_from_the_second_frame_on() -> None:
    done: list[str] = []
    deferred = Deferred(*(partial(done.append, name) for name in ("one", "two")))
    seen = []
    for index in range(4):
        deferred.see(make_frame(index=index))
        seen.append(tuple(done))
    assert seen == [(), ("one",), ("one", "two"), ("one", "two")]


def test_a_job_that_cannot_be_done_ends_the_show() -> None:
    def fail() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        Deferred(fail).see(make_frame(index=1))


def test_the_first_style_in_a_folder_that_was_not_there_is_seen(tmp_path: Path) -> None:
    library, told = tmp_path / "data" / "styles", queue.SimpleQueue[Path]()
    with ExitStack() as closing:
        watch_library(library, told.put, closing)
        assert library.is_dir()
        for _ in range(100):  # until the watching has begun
            (library / "comet.safetensors").write_bytes(b"")
            try:
                assert told.get(timeout=0.2) == library / "comet.safetensors"
                break
            except queue.Empty:
                (library / "comet.safetensors").unlink()
        else:
            pytest.fail("nobody saw it")


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("no folder")
    with ExitStack() as closing:
        watch_library(tmp_path / "data" / "styles", print, closing)
    assert "cannot be watched" in caplog.text
