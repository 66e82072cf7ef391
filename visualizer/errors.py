"""Everything that can go wrong in a way a person can mend.

::

    ChladniError          exit 1: a file, folder, style, device or network is not as it should be
    ├── UsageError        exit 2: the command line alone shows the mistake
    ├── StyleError        a style file, a style's name or its contents
    ├── SoundError        an audio file or its contents
    ├── DeviceError       a microphone, line-in or output
    ├── GraphicsError     no GL context, a shader that does not compile, a limit too small
    └── FilmError         a film, still or report that cannot be written

A message is one sentence or two for a person: what was given, what was expected,
what to do next. The command line prints it behind ``error:``.
"""

from __future__ import annotations


class ChladniError(Exception):
    """Base of all errors that end in one line for a person."""

    exit_code = 1


class UsageError(ChladniError):
    """The command line alone shows to be wrong."""

    exit_code = 2


class StyleError(ChladniError):
    """A style file, a style's name or its contents."""


class SoundError(ChladniError):
    """An audio file or its contents."""


class DeviceError(ChladniError):
    """A microphone, line-in or audio output."""


class GraphicsError(ChladniError):
    """No GL context, a shader that does not compile, or a limit too small."""


class FilmError(ChladniError):
    """A film, still, report or other output that cannot be written."""
