"""A text as lines that know how deep they are quoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.language import sentence

MAX_TEXT = 1_000_000
MAX_LINES = 20_000
TOO_LONG = sentence("reading.too_long")
_DEEPEST = 40
_MOST_BLANKS = 100

_CLEAN: dict[int, str | None] = dict.fromkeys([0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060])
_CLEAN |= dict.fromkeys(range(0x2066, 0x206A)) | dict.fromkeys([0xA0, 0x202F, 0x2007, 0x2009], " ")
_CLEAN |= {0x2028: "\n", 0x2029: "\n", 0x85: "\n", 0x0B: "\n", 0x0C: "\n", 0: " "}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: quoting depth, the text without quote marks, and the line as it stood."""

    depth: int
    text: str
    raw: str

    @property
    def blank(self) -> bool:
        return not self.text

    def outside(self, levels: int) -> str:
        """The line with `levels` quote marks taken away."""
        if levels <= 0 or not self.depth:
            return self.raw
        return "> " * max(self.depth - levels, 0) + self.text


def clean(text: str) -> str:
    """One kind of line end and blank, no invisible characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN)


def to_lines(text: str) -> list[Line]:
    """Splits a text that is already clean; of very many blank lines in a row, some are kept."""
    lines: list[Line] = []
    blanks = 0
    for raw in text.split("\n"):
        line = to_line(raw)
        blanks = blanks + 1 if line.blank else 0
        if blanks <= _MOST_BLANKS:
            lines.append(line)
        if len(lines) >= MAX_LINES:
            break
    return lines


def to_line(raw: str) -> Line:
    """Reads the quote marks: "> > a" and ">>a" are both two levels deep."""
    depth, position, width = 0, 0, len(raw)
    while depth < _DEEPEST:
        mark = position
        while mark < width and mark - position < 3 and raw[mark] in " \t":
            mark += 1
        if mark >= width or raw[mark] != ">":
            break
        depth, position = depth + 1, mark + 1
    text = raw[position:]
    if depth and text.startswith(" "):
        text = text[1:]
    return Line(depth, text.rstrip() if text.strip() else "", raw)


def unquoted(lines: Sequence[Line], levels: int) -> str:
    """The text of the lines, `levels` of quoting taken away, and the level that all of them share beside."""
    shared = min((line.depth for line in lines if not line.blank), default=0)
    return join(line.outside(max(levels, shared)) for line in lines)


def join(lines: Iterable[str]) -> str:
    """One text, blank lines at both ends removed."""
    kept = [line.rstrip() for line in lines]
    first = next((i for i, line in enumerate(kept) if line), len(kept))
    last = next((i for i in range(len(kept) - 1, -1, -1) if kept[i]), -1)
    return "\n".join(kept[first : last + 1])


def outdent(text: str) -> str:
    """Removes the blanks that all lines begin with."""
    lines = text.split("\n")
    width = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "\n".join(line[width:] for line in lines) if width else text
