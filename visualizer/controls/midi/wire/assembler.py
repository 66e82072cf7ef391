"""Controls that speak in several messages: 14-bit pairs of controllers, and NRPN."""

from __future__ import annotations

from visualizer.controls.midi.wire.messages import (
    CC,
    CC14,
    COARSE_TOP,
    FINE_TOP,
    NRPN,
    Source,
    Touch,
)

_NRPN_LOW, _NRPN_HIGH, _RPN_LOW, _RPN_HIGH = 98, 99, 100, 101
_DATA_HIGH, _DATA_LOW = 6, 38
_NULL = 127
"""Both halves of a parameter's number: none is chosen any more."""
_PAIRS = 32
"""Controllers from 0 on whose low bits are sent by the one 32 above."""


class Assembler:
    """Makes what one port sends complete; to be fed with every touch, in order."""

    def __init__(self) -> None:
        self._high: dict[tuple[int, int], int] = {}
        self._parameter: dict[int, tuple[int, int]] = {}
        self._fine: set[Source] = set()

    def feed(self, touch: Touch) -> tuple[Touch, ...]:
        """All that this message means: itself, what it completes, or nothing yet.

        The low half of a pair is touched as a controller of its own too: who looks for what is
        bound finds it, and learning takes the finest. The numbers of parameters are no touch.
        """
        if touch.source.kind != CC:
            return (touch,)
        channel, number = touch.source.channel, touch.source.number
        if number in {_NRPN_LOW, _NRPN_HIGH, _RPN_LOW, _RPN_HIGH}:
            self._choose(channel, number, touch.value)
            return ()
        high, low = self._parameter.get(channel, (_NULL, _NULL))
        if number in {_DATA_HIGH, _DATA_LOW} and (high, low) != (_NULL, _NULL):
            return (self._entered(Source(NRPN, channel, high << 7 | low), touch),)
        if number < _PAIRS:
            self._high[channel, number] = touch.value
        elif (above := self._high.get((channel, number - _PAIRS))) is not None:
            fine = Source(CC14, channel, number - _PAIRS)
            return touch, Touch(fine, above << 7 | touch.value, FINE_TOP)
        return (touch,)

    def _choose(self, channel: int, number: int, value: int) -> None:
        high, low = self._parameter.get(channel, (_NULL, _NULL))
        if number in {_RPN_LOW, _RPN_HIGH}:  # registered ones are tuning and the like: no controls
            high, low = _NULL, _NULL
        elif number == _NRPN_HIGH:
            high = value
        else:
            low = value
        self._parameter[channel] = high, low

    def _entered(self, source: Source, data: Touch) -> Touch:
        """A parameter's value; of 7 bits as long as its low half was never sent."""
        place = source.channel, -1 - source.number
        if data.source.number == _DATA_LOW:
            self._fine.add(source)
            return Touch(source, self._high.get(place, 0) << 7 | data.value, FINE_TOP)
        self._high[place] = data.value
        if source in self._fine:
            return Touch(source, data.value << 7, FINE_TOP)
        return Touch(source, data.value, COARSE_TOP)
