from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ImagePicture, make_frame, noise
from tests.output.film.test_film import greys
from visualizer.contracts import Picture
from visualizer.output.film.frame_hash import FrameHash


class LateTap:
    """Hands each picture out when the next one comes, as RGBA, bottom row first."""

    waited_s = copied_s = 0.0

    def __init__(self) -> None:
        self._held: list[NDArray[np.uint8]] = []

    def take(self, picture: Picture) -> Sequence[NDArray[np.uint8]]:
        came, image = self.rest(), picture.read_rgb()
        alpha = np.full(image.shape[:2], 255, np.uint8)
        self._held = [np.dstack([image, alpha])[::-1]]
        return came

    def rest(self) -> Sequence[NDArray[np.uint8]]:
        came, self._held = self._held, []
        return came


@pytest.mark.parametrize("count", [1, 2, 30])
def test_it_is_the_hash_of_all_raw_pictures_top_row_first(count: int) -> None:
    images = [noise(32, 18, seed) for seed in range(count)]
    with FrameHash(LateTap(), lambda _: True) as frame_hash:
        for index, image in enumerate(images):
            frame_hash.show(ImagePicture(image), make_frame(index=index))
    raw = b"".join(image.tobytes() for image in images)
    assert frame_hash.hexdigest == hashlib.sha256(raw).hexdigest()
    assert frame_hash.spent_s > 0.0


def test_it_wants_what_its_film_wants() -> None:
    frame_hash = FrameHash(LateTap(), lambda frame: frame.tick.index in {3, 4})
    assert [n for n in range(9) if frame_hash.wants(make_frame(index=n))] == [3, 4]


def test_a_film_that_ends_early_leaves_no_thread_behind() -> None:
    with pytest.raises(KeyboardInterrupt), FrameHash(LateTap(), lambda _: True) as frame_hash:  # noqa: PT012 - the block is what is interrupted
        for index, image in enumerate(greys(3)):
            frame_hash.show(ImagePicture(image), make_frame(index=index))
        raise KeyboardInterrupt
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hash")]
