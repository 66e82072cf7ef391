"""Shader text: includes, defines, and errors that name the file a person can open.

Pure text, no GL. GLSL 3.30 knows no ``#include``, and a driver counts lines of the text
that it was given; ``Source`` remembers where each of them came from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from visualizer.errors import GraphicsError

_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"')
# Mesa: 0:12(5): error, NVIDIA: 0(12) : error, AMD, Intel and Apple: ERROR: 0:12: …
_LINE_NUMBER = re.compile(r"\b0(?::(\d+)|\((\d+)\))")


@dataclass(frozen=True, slots=True)
class Source:
    """A shader's whole text. ``places``: file and line of each of its lines."""

    name: str
    text: str
    places: tuple[tuple[str, int], ...]

    def explain(self, log: str) -> str:
        """A driver's log with its line numbers replaced by ``file:line``."""

        def place(match: re.Match[str]) -> str:
            number = int(match[1] or match[2])
            if not 1 <= number <= len(self.places):
                return match[0]
            file, line = self.places[number - 1]
            return f"{file}:{line}"

        return _LINE_NUMBER.sub(place, log.strip("\0\n "))


def shader_folder() -> Path:
    """Where the shaders lie: in the installed package, else beside the checkout's.

    Raises GraphicsError where there is neither.
    """
    package = Path(__file__).resolve().parents[2]
    for folder in (package / "_shaders", package.parent / "shaders"):
        if folder.is_dir():
            return folder
    raise GraphicsError(
        f"the folder of shaders is missing: expected {package / '_shaders'};"
        " install Chladni again, or run it from a complete checkout"
    )


def load_source(
    name: str,
    defines: Mapping[str, str] | None = None,
    generated: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Source:
    """Read a shader, paste its includes and put ``defines`` behind its ``#version``.

    Args:
        name: the file, relative to the folder of shaders; so are the includes in it.
        defines: macro (with its parameters) to replacement.
        generated: includes that are no files, by name.
        folder: None is the folder of shaders.

    Raises:
        GraphicsError: a file is missing, includes itself, or has no ``#version`` line.
    """
    reader = _Reader(folder or shader_folder(), generated or {})
    lines = reader.read(name, included_by=())
    if not lines or not lines[0][0].startswith("#version"):
        raise GraphicsError(f"the shader {name} must begin with a #version line")
    # A mistake in a define is the program's, not the file's.
    extra = [
        (f"#define {macro} {value}", "<defines>", number)
        for number, (macro, value) in enumerate((defines or {}).items(), start=1)
    ]
    lines = [lines[0], *extra, *lines[1:]]
    return Source(
        name=name,
        text="".join(f"{text}\n" for text, _, _ in lines),
        places=tuple((file, number) for _, file, number in lines),
    )


def include_with(name: str, values: Mapping[str, str]) -> str:
    """An include, with defines that hold for it alone: macro (with its parameters) to text."""
    lines = [f"#define {macro} {value}" for macro, value in values.items()]
    lines.append(f'#include "include/{name}.glsl"')
    lines += [f"#undef {macro.partition('(')[0]}" for macro in values]
    return "".join(f"{line}\n" for line in lines)


def written_out(count: int) -> str:
    """The body of a macro (STEP): STEP(0) to STEP(count - 1)."""
    return " ".join(f"STEP({i})" for i in range(count))


@dataclass(frozen=True, slots=True)
class _Reader:
    folder: Path
    generated: Mapping[str, str]

    def read(self, name: str, included_by: tuple[str, ...]) -> list[tuple[str, str, int]]:
        """(text, file, line) of a file and of all that it includes."""
        if name in included_by:
            raise GraphicsError(f"shaders include each other: {' > '.join((*included_by, name))}")
        lines: list[tuple[str, str, int]] = []
        for number, text in enumerate(_joined(self._text(name, included_by)), start=1):
            if include := _INCLUDE.match(text):
                lines += self.read(include[1], (*included_by, name))
            else:
                lines.append((text, name, number))
        return lines

    def _text(self, name: str, included_by: tuple[str, ...]) -> str:
        if name in self.generated:
            return self.generated[name]
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except OSError as error:
            wanted = f", which {included_by[-1]} includes," if included_by else ""
            raise GraphicsError(
                f"the shader {name}{wanted} cannot be read: {error.strerror or error}"
            ) from error


def _joined(text: str) -> list[str]:
    """Lines, with those that end in a backslash joined: GLSL 3.30 itself cannot do that."""
    lines: list[str] = []
    tail = 0
    for line in text.splitlines():
        if tail:
            # The empty line keeps the count of those behind it.
            lines[-tail] = lines[-tail][:-1] + line.strip()
            lines.append("")
        else:
            lines.append(line)
        tail = tail + 1 if line.endswith("\\") else 0
    return lines
