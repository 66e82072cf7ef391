"""A real folder, watched: told of what a style file becomes, in whatever way it comes there."""

from __future__ import annotations

import queue
import shutil
import threading
from pathlib import Path

import pytest

from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style_file import save_style
from visualizer.system.watcher import Watcher

WAIT_S = 60.0


@pytest.mark.slow
def test_whatever_way_a_file_comes_it_is_told_and_nothing_else_is(tmp_path: Path) -> None:
    told: queue.Queue[Path] = queue.Queue()
    elsewhere = tmp_path / "elsewhere.safetensors"
    folder = tmp_path / "styles"
    folder.mkdir()
    save_style(seed_style(1), elsewhere)
    old = folder / "old.safetensors"
    save_style(seed_style(2), old)

    with Watcher(folder, told.put):
        # Until the thread has begun to watch, nothing is told: knock until it opens.
        knock = folder / "knock.safetensors"
        while told.empty():
            knock.write_bytes(b"")
            threading.Event().wait(0.2)
        save_style(seed_style(3), folder / "saved.safetensors")  # renamed into place
        assert wait_for(told, folder / "saved.safetensors")
        shutil.copy(elsewhere, folder / "copied.safetensors")  # written into the open
        assert wait_for(told, folder / "copied.safetensors")
        with old.open("ab") as file:
            file.write(b"more")
        assert wait_for(told, old)
        old.unlink()
        (folder / "notes.txt").write_text("no style")
        (folder / ".hidden.safetensors").write_bytes(b"at work")
        (folder / "last.safetensors").write_bytes(b"")
        assert wait_for(told, folder / "last.safetensors") <= {folder / "last.safetensors"}
    assert "watcher" not in [thread.name for thread in threading.enumerate()]


def wait_for(told: queue.Queue[Path], path: Path) -> set[Path]:
    """All that was told until ``path`` was, ``path`` among them."""
    heard = set()
    while path not in heard:
        heard.add(told.get(timeout=WAIT_S))
    return heard


def test_a_folder_that_cannot_be_watched_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Path] = []
    watcher = Watcher(tmp_path / "none", told.append)
    with watcher:
        watcher._thread.join(WAIT_S)
    assert told == []
    assert len(caplog.messages) == 1
    assert "none cannot be watched" in caplog.text


def test_no_watches_left_is_said_and_the_show_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def watch(*_: object, **__: object) -> None:
        raise OSError('OS file watch limit reached. about ["styles"]')

    monkeypatch.setattr("visualizer.system.watcher.watch", watch)
    with Watcher(tmp_path, lambda _: None) as watcher:
        watcher._thread.join(WAIT_S)
    assert "OS file watch limit reached" in caplog.text
