"""An HTML document as lines that know where they stand in it, so that it can be cut between two of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement, tostring

from bot.mail.html import parse_html
from bot.mail.lines import Line, clean, to_line

_INVISIBLE = frozenset({"head", "title", "style", "script", "template", "noscript", "object"})
_LONGEST_LABEL = 40
# What Gmail, Thunderbird, Yahoo, Proton and Zoho put a forward into.
_CONTAINERS = frozenset({"gmail_quote", "moz-forward-container", "yahoo_quoted", "protonmail_quote", "zmail_extra"})
_CELLS = frozenset({"td", "th"})
_BLOCKS = frozenset({"address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt"})
_BLOCKS |= {"fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main"}
_BLOCKS |= {"nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}


class Piece(NamedTuple):
    """One event of the walk through the document, numbered in document order."""

    number: int
    element: HtmlElement
    kind: str  # "start", "text", "end", "tail"


@dataclass(frozen=True, slots=True)
class HtmlLines:
    """The lines, and for each the numbers of the first and the last piece of text in it (None for blank lines)."""

    root: HtmlElement
    lines: list[Line]
    places: list[tuple[int, int] | None]


def html_lines(root: HtmlElement, most: int) -> HtmlLines:
    """The first `most` lines of the document as it is shown: blocks and `<br>` end one, cells of a row share one."""
    lines: list[Line] = []
    places: list[tuple[int, int] | None] = []
    words: list[str] = []
    numbers: list[int] = []

    def end_line(*, blank: bool = False) -> None:
        text = clean(" ".join("".join(words).split()))
        if text.strip() and numbers:
            lines.append(to_line(text))
            places.append((numbers[0], numbers[-1]))
        elif blank and lines:
            lines.append(Line(0, "", ""))
            places.append(None)
        words.clear()
        numbers.clear()

    for piece in walk(root):
        if len(lines) >= most:
            break
        element, tag = piece.element, piece.element.tag
        if piece.kind in ("text", "tail"):
            text = (element.text if piece.kind == "text" else element.tail) or ""
            rows = text.split("\n") if _preformatted(element, piece.kind) else [text]
            for row in rows[:-1]:
                words.append(row)
                numbers.append(piece.number)
                end_line(blank=True)
            if rows[-1].strip():
                numbers.append(piece.number)
            words.append(rows[-1])
        elif tag in _BLOCKS and words and _is_label(words) and _in_row(element, piece.kind):
            words.append(" ")
        elif tag in _BLOCKS:
            end_line(blank=tag in ("br", "p") and piece.kind == "start")
        elif tag in _CELLS and piece.kind == "end":
            words.append(" ")
        elif tag == "a" and piece.kind == "end" and numbers:
            words.append(_linked_address(element))
    end_line()
    return HtmlLines(root, lines, places)


def walk(root: HtmlElement) -> Iterator[Piece]:
    """All visible elements and texts in document order."""
    numbers = count()
    hidden: HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start" and hidden is None and (element.tag in _INVISIBLE or _not_shown(element)):
            hidden = element
        number = next(numbers)
        if hidden is None:
            yield Piece(number, element, event)
            if event == "start":
                yield Piece(next(numbers), element, "text")
        if event == "end":
            if hidden is element:
                hidden = None
            if hidden is None and element is not root:
                yield Piece(next(numbers), element, "tail")


def container_end(root: HtmlElement, header: int, body: int) -> int | None:
    """The number of the last piece in the element that a mail program put the whole forward into; None where there is
    no such element. `header` and `body` are the pieces where the header ends and the text begins."""
    open_elements: list[HtmlElement] = []
    container: HtmlElement | None = None
    last = header
    for piece in walk(root):
        if piece.kind == "start":
            open_elements.append(piece.element)
        elif piece.kind == "end":
            open_elements.pop()
            if piece.element is container:
                return piece.number if last >= body else None
        elif (
            piece.number > header
            and ((piece.element.text if piece.kind == "text" else piece.element.tail) or "").strip()
        ):
            last = piece.number
        if piece.number == header:
            container = next((one for one in reversed(open_elements) if _holds_forward(one)), None)
            if container is None:
                return None
    return None


def _holds_forward(element: HtmlElement) -> bool:
    classes = (element.get("class") or "").split()
    return element.tag == "blockquote" or any(name in _CONTAINERS for name in classes)


def cut(html: str, first: int, last: int | None) -> str:
    """The part of the document from piece `first` to piece `last` (both included; None: to its end), without what only
    wraps it."""
    root = parse_html(html)
    if root is None:
        return ""
    started: dict[HtmlElement, int] = {}
    gone: list[HtmlElement] = []
    end = sys.maxsize if last is None else last
    for piece in walk(root):
        if last is None and piece.number >= first:
            break  # all that follows stays
        element, inside = piece.element, first <= piece.number <= end
        if piece.kind == "start":
            started[element] = piece.number
        elif piece.kind == "text" and not inside:
            element.text = None
        elif piece.kind == "tail" and not inside:
            element.tail = None
        elif piece.kind == "end" and element is not root and (piece.number < first or started[element] > end):
            gone.append(element)
    for element in gone:
        element.drop_tree()  # keeps the tail
    kept = root.find("body") if root.find("body") is not None else root
    _drop_empty_start(kept)
    while len(kept) == 1 and len(kept[0]) and not (kept.text or "").strip() and not (kept[0].tail or "").strip():
        kept = kept[0]
        _drop_empty_start(kept)
    if kept.tag not in ("body", "html", "div", "blockquote", "td", "span"):
        return str(tostring(kept, encoding="unicode", with_tail=False))
    return _escaped(kept.text or "") + "".join(str(tostring(child, encoding="unicode")) for child in kept)


def _drop_empty_start(parent: HtmlElement) -> None:
    """Removes what is left of the header's elements: they hold nothing any more."""
    while len(parent) and not (parent.text or "").strip():
        first = parent[0]
        if first.tag != "br" and (len(parent) == 1 or (first.tail or "").strip()):
            return
        if first.text_content().strip() or first.find(".//img") is not None or first.tag in ("img", "hr"):
            return
        first.drop_tree()


def _is_label(words: list[str]) -> bool:
    text = "".join(words).strip()
    return len(text) <= _LONGEST_LABEL and text.endswith((":", "："))


def _in_row(block: HtmlElement, kind: str) -> bool:
    """Whether a paragraph ends in a cell that has one beside it, or begins that one: a label and its value."""
    cell = block.getparent()
    if cell is None or cell.tag not in _CELLS:
        return False
    if kind == "end":
        return block.getnext() is None and cell.getnext() is not None
    return block.getprevious() is None and cell.getprevious() is not None and not (cell.text or "").strip()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _preformatted(element: HtmlElement, kind: str) -> bool:
    holder = element if kind == "text" else element.getparent()
    return holder is not None and holder.tag in ("pre", "textarea")


def _not_shown(element: HtmlElement) -> bool:
    return "display:none" in (element.get("style") or "").replace(" ", "").casefold()


def _linked_address(element: HtmlElement) -> str:
    """The address behind a linked name: Outlook writes `<a href="mailto:e@example.de">Erika Muster</a>`."""
    target = element.get("href") or ""
    shown = element.text_content()
    address = target[len("mailto:") :].partition("?")[0].strip()
    if not target.casefold().startswith("mailto:") or "@" not in address or "@" in shown or " " in address:
        return ""
    return f" <{address}> "
