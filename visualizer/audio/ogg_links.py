"""Chained ogg: songs one after the other in one file, as recorded radio has them.

Each link is a whole stream, with a rate, channels and count of its own; FFmpeg gives up at the
second one where these differ. So each is read as a file of its own. Pages: RFC 3533, section 6.
"""

from __future__ import annotations

import io
import mmap
import os
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"OggS"
_HEADER_BYTES = 27
_FLAGS, _SEGMENTS = 5, 26
"""Where in a page's header they stand."""
_FIRST_PAGE = 2
"""The flag of a stream's first page. A link has one for each of its streams, all in front."""


def ogg_links(path: Path) -> list[range]:
    """The bytes of each link; one for any other ogg, none for what is no ogg. Raises OSError."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return []
        size = os.fstat(file.fileno()).st_size
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            starts = _starts(data, size)
    return [range(*link) for link in pairwise([*starts, size])]


def _starts(data: mmap.mmap, size: int) -> list[int]:
    starts, in_front, position = [0], True, 0
    # What is damaged is searched for the next page.
    while (position := data.find(_MAGIC, position)) >= 0 and position + _HEADER_BYTES <= size:
        is_first = bool(data[position + _FLAGS] & _FIRST_PAGE)
        if is_first and not in_front:
            starts.append(position)
        in_front = is_first
        lengths = position + _HEADER_BYTES
        body = lengths + data[position + _SEGMENTS]
        position = body + sum(data[lengths:body])
    return starts


class FilePart(io.RawIOBase):
    """Some bytes of a file, as a file. Close it after use."""

    def __init__(self, path: Path, part: range) -> None:
        super().__init__()
        self._file: BinaryIO = path.open("rb")
        self._part = part
        self._position = 0

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes from where we stand."""
        rest = max(len(self._part) - self._position, 0)
        self._file.seek(self._part.start + self._position)
        data = self._file.read(rest if size < 0 else min(size, rest))
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """As files do."""
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: len(self._part)}
        self._position = max(bases[whence] + offset, 0)
        return self._position

    def tell(self) -> int:
        """Where we stand."""
        return self._position

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()
