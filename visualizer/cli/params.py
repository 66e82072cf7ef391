"""Kinds of values on the command line. Each says in its error what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import click

from visualizer.config.request import AUTO, SCALES
from visualizer.duration import Span, parse_seconds
from visualizer.errors import ChladniError
from visualizer.monitor_choice import MonitorChoice

RESOLUTIONS = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "1440p": (2560, 1440),
    "4k": (3840, 2160),
}
MAX_SIDE = 16384


class Resolution(click.ParamType[tuple[int, int]]):
    """``720p``, ``1080p``, ``1440p``, ``4k`` or ``WxH``, as (width, height) in pixels."""

    name = "WxH"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Parse; fails with a sentence."""
        if isinstance(value, tuple):
            return value
        text = str(value).lower()
        if text in RESOLUTIONS:
            return RESOLUTIONS[text]
        match = re.fullmatch(r"([0-9]{1,5})x([0-9]{1,5})", text)
        size = (int(match[1]), int(match[2])) if match else (0, 0)
        if not all(2 <= side <= MAX_SIDE for side in size):
            self.fail(
                f"{value!r} is not a resolution, expected {', '.join(RESOLUTIONS)} or WxH"
                f" with sides from 2 to {MAX_SIDE}, such as 1280x720",
                param,
                ctx,
            )
        return size


class FrameRate(click.ParamType[Fraction]):
    """Frames a second, exact: ``30``, ``29.97`` or ``30000/1001``."""

    name = "FPS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """Parse; fails with a sentence."""
        if isinstance(value, Fraction):
            return value
        text = str(value)
        # The pattern keeps out '1e9' and 'nan', which Fraction or float would take or choke on.
        if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}|/[1-9][0-9]{0,5})?", text):
            fps = Fraction(text)
            if 1 <= fps <= 240:
                return fps
        return self.fail(
            f"{text!r} is not a frame rate, expected 1 to 240, such as 30, 60 or 30000/1001",
            param,
            ctx,
        )


class Number(click.ParamType[float]):
    """A finite number from ``low`` to ``high``; NaN is refused."""

    _expected = "a number"
    _parse: Callable[[str], float] = staticmethod(float)

    def __init__(self, name: str, low: float, high: float, *, above: bool = False) -> None:
        self.name = name
        self._low, self._high, self._above = low, high, above

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Parse; fails with a sentence."""
        try:
            number = self._parse(str(value))
        except ValueError:
            number = float("nan")
        if not self._low <= number <= self._high or (self._above and number == self._low):
            start = "above" if self._above else "from"
            self.fail(
                f"{value!r} is not {self.name}, expected {self._expected} {start} {self._low:g}"
                f" to {self._high:g}",
                param,
                ctx,
            )
        return number


class Time(Number):
    """A number of seconds, or hours, minutes and seconds: ``90``, ``1:30``, ``1:02:03.5``."""

    _expected = "seconds, or minutes as 1:30,"
    _parse = staticmethod(parse_seconds)


class Scale(click.ParamType[float | str]):
    """The network's share of the picture's width and height: a number, or ``auto``."""

    name = "auto|X"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | str:
        """Parse; fails with a sentence."""
        if value == AUTO:
            return AUTO
        return Number("a scale, auto or a number", *SCALES).convert(value, param, ctx)


class Length(click.ParamType[Span]):
    """A length of time in seconds, beats or bars: ``2s``, ``8beats``, ``4bars``."""

    name = "SPAN"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Span:
        """Parse; fails with a sentence."""
        if isinstance(value, Span):
            return value
        try:
            return Span.parse(str(value))
        except ValueError as error:
            return self.fail(f"{value!r} is no length of time, expected {error}", param, ctx)


class Channels(click.ParamType[tuple[int, ...] | str]):
    """``mix``, or input channels counted from 1: ``1``, ``2``, ``3,4``. As 0-based indices."""

    name = "mix|N[,N]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...] | str:
        """Parse; fails with a sentence."""
        if isinstance(value, tuple):
            return value
        text = str(value)
        if text == "mix":
            return text
        if re.fullmatch(r"[1-9][0-9]?(,[1-9][0-9]?){0,31}", text):
            return tuple(int(number) - 1 for number in text.split(","))
        return self.fail(
            f"{text!r} names no channels, expected mix, or numbers: 1, 2 or 3,4", param, ctx
        )


class Monitors(click.ParamType[MonitorChoice]):
    """A monitor by its number from 0, several as ``1,2``, or ``all``."""

    name = "N|N,N|all"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> MonitorChoice:
        """Parse; fails with a sentence."""
        if isinstance(value, MonitorChoice):
            return value
        try:
            return MonitorChoice.parse(str(value))
        except ValueError as error:
            return self.fail(f"{value!r} names no monitors, expected {error}", param, ctx)


class Address(click.ParamType[tuple[str, int] | None]):
    """``HOST:PORT``, ``[V6]:PORT``, or with a default host a bare ``PORT``; ``off`` is None."""

    name = "HOST:PORT"

    def __init__(self, host: str | None = None) -> None:
        self._host = host

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int] | None:
        """Parse; fails with a sentence."""
        if isinstance(value, tuple) or value is None:
            return value
        text = str(value)
        if text == "off" and self._host is not None:
            return None
        host, _, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]") or self._host or ""
        if host and port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65_535:
            return host, int(port)
        expected = "HOST:PORT" if self._host is None else "PORT, HOST:PORT or off"
        return self.fail(f"{text!r} is no address, expected {expected}", param, ctx)


class Checked(click.ParamType[str]):
    """Text that a check of ours accepts."""

    def __init__(self, name: str, check: Callable[[str], object]) -> None:
        self.name = name
        self._check = check

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Parse; fails with the check's sentence."""
        try:
            self._check(str(value))
        except ChladniError as error:
            self.fail(str(error), param, ctx)
        return str(value)
