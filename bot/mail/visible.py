"""What an HTML document shows: words that nobody sees are taken out of it before anything else reads it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, tostring
from tinycss2 import parse_component_value_list  # type: ignore[import-untyped] # its types are not published

from bot.language import sentence
from bot.mail.css_rules import Around, StyleSheets, media_applies
from bot.mail.html import parse_html
from bot.mail.looks import WANTED, Look, is_seen, look_of

HIDDEN_BY_TOO_MUCH = sentence("reading.styles_too_long")
_HINTS = ["style", "hidden", "color", "noscript", "template", "<details", "<dialog", "text=", "background", "size="]
_HINTS += ["<object", "<iframe", "<noframes", "<audio", "<video", "<canvas", "<datalist", "<svg", "<xml"]
_CELLS = frozenset(["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "body", "html"])


@dataclass(slots=True)
class _Level:
    """An element that the walk is in, and what its children need to know of it and of each other."""

    element: HtmlElement
    look: Look
    around: Around  # its own
    met: int
    siblings: int = 0
    before: int = 0


def shown_html(html: str) -> tuple[str, bool]:
    """The document without what nobody sees of it, unchanged where that is nothing; and whether all of it was read.

    Only so much is compared: the rest of a document whose style sheets are made to be expensive is taken away too.
    """
    lower = html.lower()
    if not any(hint in lower for hint in _HINTS):
        return html, True
    root = parse_html(html)
    if root is None:
        return html, True
    sheets = StyleSheets(_sheets(root), WANTED)
    if sheets.too_long:
        return "", False
    changed = _clear(root, sheets)
    return (str(tostring(root, encoding="unicode")) if changed else html), not sheets.spent


def _sheets(root: HtmlElement) -> list[str]:
    return [
        (style.text or "").replace("<!--", "").replace("-->", "")
        for style in root.iter("style")
        if media_applies(parse_component_value_list((style.get("media") or "all")[:200]))
    ]


def _clear(root: HtmlElement, sheets: StyleSheets) -> bool:
    """Takes away what is not seen; True where there was any."""
    gone: list[HtmlElement] = []
    levels: list[_Level] = []
    changed = False
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        above = levels[-1] if levels else None
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            around = _around(above)
            if sheets.spent:
                _cut_off(element)
                changed = True
                break
            look, met = look_of(element, above.look if above else Look(), sheets, around)
            if above is not None:
                above.siblings |= met
                above.before = met
            levels.append(_Level(element, look or Look(), around, met))
            if look is None:
                if element.tag not in ("head", "style", "title", "script"):
                    gone.append(element)
                walk.skip_subtree()
            elif not is_seen(look) and element.text and element.text.strip():
                element.text = None
                changed = True
                if element.tag == "a":
                    element.attrib.pop("href", None)  # an address behind words that nobody sees
        else:
            levels.pop()
            outside = levels[-1] if levels else None
            if outside is not None and element.tail and element.tail.strip() and not is_seen(outside.look):
                element.tail = None
                changed = True
    for element in gone:
        changed = True
        element.clear(keep_tail=True)
        if element.tag not in _CELLS:
            element.tag = "b"  # an empty element that stands for nothing and parts no words
    return changed


def _cut_off(element: HtmlElement) -> None:
    """Takes away an element and all that follows it in the document."""
    parent = element.getparent()
    if parent is None:
        return
    start = parent.index(element)
    while parent is not None:
        del parent[start:]
        parent.tail = None
        element, parent = parent, parent.getparent()
        start = parent.index(element) + 1 if parent is not None else 0


def _around(above: _Level | None) -> Around:
    if above is None:
        return Around()
    return Around(above.around.ancestors | above.met, above.met, above.siblings, above.before)
