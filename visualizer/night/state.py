"""How a show stands in its middle, as plain data: never a pickle, nothing that could run.

Whatever the show carries from frame to frame are numbers, texts, arrays and objects of a few
classes of our own. They are written as they are, and put back into objects that were made as
always; what those already hold (filter banks, the weights of the network that hears beats) is left
out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from types import FunctionType, MethodType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from visualizer.duration import Span
from visualizer.errors import ChladniError
from visualizer.show.beat.tap_tempo import Grid
from visualizer.show.modulation import Modulator
from visualizer.show.scene_builder import Mover
from visualizer.show.session import Crossing, Hands, Session, Switch
from visualizer.show.smoothing import FoldGlide, Glide
from visualizer.style.style import Style, View
from visualizer.types import Beat, Features, Fold, Modulation

VALUES = (Span, Hands, Crossing, Switch, Session, Beat, Features, Grid, Fold, Modulation, View)
"""Frozen: all that their constructors take is written."""
NEW = {kind.__name__: kind for kind in (*VALUES, Mover, Modulator, Glide, FoldGlide)}
"""What may have to be made. All else is there in a show that has just begun, and is changed."""
OURS = ("visualizer.audio.analysis", "visualizer.show")
"""Where whatever changes from frame to frame is at home."""

Arrays = dict[str, NDArray[Any]]
Data = Any
"""What JSON knows."""
_HIDDEN = object()
"""What is no data: functions, clocks from outside, aubio's objects."""


class Capture:
    """Turns values into JSON's, and arrays into ``arrays``, to which the JSON refers.

    name_of: a style's name in the night.
    """

    def __init__(self, name_of: Callable[[Style], str]) -> None:
        self._name_of = name_of
        self.arrays: Arrays = {}

    def data(self, value: object, fresh: object = None) -> Data:
        """``value`` as data, without what ``fresh``, one that has just begun, holds as well."""
        if value is None or isinstance(value, bool | int | str | float):
            return float(value) if isinstance(value, np.floating) else value
        if isinstance(value, np.ndarray | np.generic):
            return self._array(np.asarray(value))
        if isinstance(value, Style):
            return {"style": self._name_of(value)}
        if isinstance(value, list | tuple | deque):
            return self._row(value, fresh)
        if isinstance(value, dict):
            pairs = [[self.data(key), self.data(each)] for key, each in value.items()]
            return _HIDDEN if _hides(pairs) else {"pairs": pairs}
        kind = type(value)
        is_ours = kind in NEW.values() or kind.__module__.startswith(OURS)
        # Functions have nothing of their own, but for what is called once a hop.
        if not is_ours or isinstance(value, FunctionType | MethodType):
            return _HIDDEN
        return {"class": kind.__name__, "has": self._attributes(value, fresh)}

    def _array(self, array: NDArray[Any]) -> dict[str, str]:
        name = f"{len(self.arrays)}"
        # safetensors knows no complex numbers.
        is_complex = np.iscomplexobj(array)
        # A copy: the show goes on, and may write into its own before the file is written.
        whole = np.array(array, order="C")
        self.arrays[name] = whole.view(whole.real.dtype) if is_complex else whole
        return {"complex" if is_complex else "array": name}

    def _row(self, row: list[Any] | tuple[Any, ...] | deque[Any], fresh: object) -> Data:
        same = isinstance(fresh, type(row)) and len(fresh) == len(row)
        others = list(fresh) if same else [None] * len(row)  # type: ignore[call-overload]
        data = [self.data(*pair) for pair in zip(row, others, strict=True)]
        if _hides(data):
            return _HIDDEN
        kind = next(name for name, kind in _ROWS.items() if isinstance(row, kind))
        most = {"most": row.maxlen} if isinstance(row, deque) else {}
        return {kind: data, **most}

    def _attributes(self, value: object, fresh: object) -> dict[str, Any]:
        attributes = {}
        for name, own in _attributes(value).items():
            other = getattr(fresh, name, None) if type(fresh) is type(value) else None
            if isinstance(own, np.ndarray) and _same(own, other):
                continue
            data = self.data(own, other)
            if data is not _HIDDEN:
                attributes[name] = data
        return attributes


def restored(
    data: Data,
    arrays: Mapping[str, NDArray[Any]],
    style: Callable[[str], Style],
    into: object = None,
) -> Data:
    """The value that ``Capture.data`` wrote; an object that changes is ``into``, changed.

    style: by its name in the night, raising ChladniError for one that is not there. Raises
    ChladniError for what was not written by this program.
    """
    try:
        return _restored(data, arrays, style, into)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        raise ChladniError(f"the show's state cannot be read ({error!r:.200})") from error


def _restored(
    data: Data, arrays: Mapping[str, NDArray[Any]], style: Callable[[str], Style], into: object
) -> Data:
    def inner(each: object, into: object = None) -> Data:
        return _restored(each, arrays, style, into)

    if not isinstance(data, dict):
        if data is None or isinstance(data, bool | int | str | float):
            return data
        raise ValueError(f"{data!r:.60} is no value")
    match data:
        case {"array": name}:
            # A single number was one of NumPy's.
            return arrays[name].copy()[()]
        case {"complex": name}:
            real = arrays[name]
            return real.view(np.result_type(real.dtype, np.complex64)).copy()
        case {"style": str(name)}:
            return style(name)
        case {"pairs": pairs}:
            return {inner(key): inner(value) for key, value in pairs}
        case {"class": name, "has": attributes}:
            return _object(name, attributes, into, inner)
    kind = next(kind for kind in _ROWS if kind in data)
    rows = data[kind]
    same = isinstance(into, _ROWS[kind]) and len(into) == len(rows)
    others = list(into) if same else [None] * len(rows)  # type: ignore[call-overload]
    row = [inner(*pair) for pair in zip(rows, others, strict=True)]
    return deque(row, maxlen=data["most"]) if kind == "deque" else _ROWS[kind](row)


def _object(
    name: str, attributes: dict[str, Any], into: object, inner: Callable[..., Any]
) -> object:
    kind = type(into) if type(into).__name__ == name else NEW.get(name)
    if kind is None:
        raise ValueError(f"{name} where a show has none")
    if is_dataclass(kind):
        value: object = kind(**{key: inner(value) for key, value in attributes.items()})
        _check(value)
        return value
    made: object = into if type(into) is kind else object.__new__(kind)
    known = _attributes(made)
    for key, value in attributes.items():
        if into is made and key not in known:
            raise ValueError(f"{name} has no {key!r:.60}")
        now, own = inner(value, known.get(key)), known.get(key)
        if isinstance(own, np.ndarray) and _is_alike(own, now):
            # In its place: another attribute may be a view of it.
            own[...] = now
        else:
            setattr(made, key, now)
    return made


def _check(value: object) -> None:
    """Raise ValueError where a field of a frozen value holds what it cannot."""
    for name, hint in get_type_hints(type(value)).items():
        kinds = [
            get_origin(each) or each for each in (get_args(hint) if _is_union(hint) else [hint])
        ]
        own = getattr(value, name)
        is_number = float in kinds and isinstance(own, int) and not isinstance(own, bool)
        if not is_number and not isinstance(own, tuple(kinds)):
            raise ValueError(f"{name} of a {type(value).__name__} is {own!r:.60}")


def _is_union(hint: object) -> bool:
    return isinstance(hint, UnionType)


_ROWS: dict[str, Any] = {"list": list, "tuple": tuple, "deque": deque}


def _attributes(value: object) -> dict[str, Any]:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return dict(vars(value))


def _hides(data: object) -> bool:
    if isinstance(data, list):
        return any(map(_hides, data))
    return data is _HIDDEN


def _is_alike(own: NDArray[Any], now: object) -> bool:
    return isinstance(now, np.ndarray) and (own.dtype, own.shape) == (now.dtype, now.shape)


def _same(own: NDArray[Any], other: object) -> bool:
    return isinstance(other, np.ndarray) and own.dtype == other.dtype and np.array_equal(own, other)
