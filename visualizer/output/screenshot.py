"""Screenshots: the picture alone, without overlays, as a PNG file."""

from __future__ import annotations

import io
import itertools
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from visualizer.contracts import Frame, Picture
from visualizer.errors import FilmError
from visualizer.system.workers import BackgroundWorker
from visualizer.types import Image

log = logging.getLogger(__name__)

COMPRESSION = 4
"""zlib's level: less than half of the default's time for 3 % more bytes (1080p: 0.5 s)."""


class Screenshots(BackgroundWorker):
    """Saves the frame in which it was asked to, in a thread of its own.

    Files are named chladni-YYYYMMDD-HHMMSS-NNN.png; an existing file is never touched.
    now: local time, for tests.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__("screenshot")
        self._folder = folder
        self._now = now
        self._asked = False

    def ask(self) -> None:
        """Save the next picture."""
        self._asked = True

    def wants(self, _frame: Frame) -> bool:
        """Only frames on which a screenshot was asked for."""
        return self._asked

    def show(self, picture: Picture, frame: Frame) -> None:  # noqa: ARG002 - a sink's interface
        """Read the picture back and hand it over."""
        self._asked = False
        # A copy: the renderer may use its buffer again before the file is written.
        rgb = picture.read_rgb().copy()
        taken = self._now()
        self.do(lambda: self._save(rgb, taken))

    def _save(self, rgb: Image, taken: datetime) -> None:
        # Here, in the thread: it takes .02 s to load, and the first picture needs none of it.
        from PIL import Image as PillowImage  # noqa: PLC0415 - as above

        encoded = io.BytesIO()
        PillowImage.fromarray(rgb).save(encoded, "png", compress_level=COMPRESSION)
        try:
            path = self._write(encoded.getvalue(), f"chladni-{taken:%Y%m%d-%H%M%S}")
        except OSError as error:
            reason = error.strerror or error
            raise FilmError(f"cannot save a picture in {self._folder}: {reason}") from error
        log.info("screenshot saved: %s", path)

    def _write(self, data: bytes, stem: str) -> Path:
        """To the first name that is free."""
        for number in itertools.count(1):
            path = self._folder / f"{stem}-{number:03d}.png"
            try:
                file = path.open("xb")
            except FileExistsError:
                continue
            try:
                with file:
                    file.write(data)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            return path
        raise AssertionError("counting never ends")
