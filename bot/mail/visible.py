"""What an HTML document shows: words that nobody sees are taken out of it before anything else reads it.

Style sheets, `style` and the older attributes are read as a mail program on a desktop does. What is not understood
hides nothing: a colour on a picture, a size that is computed. `aria-hidden` hides from screen readers only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, tostring
from tinycss2 import parse_component_value_list  # type: ignore[import-untyped] # its types are not published

from bot.language import sentence
from bot.mail import css_values as css
from bot.mail.css_boxes import FAR, Styles, is_out_of_sight
from bot.mail.css_rules import Around, Declared, StyleSheets, cascaded, media_applies
from bot.mail.css_values import BLACK, LINK, WHITE, Colour
from bot.mail.html import parse_html

HIDDEN_BY_TOO_MUCH = sentence("reading.styles_too_long")
_HINTS: tuple[str, ...] = (
    "style",
    "hidden",
    "color",
    "noscript",
    "template",
    "<details",
    "<dialog",
    "text=",
    "background",
    "size=",
)
_HINTS += ("<object", "<iframe", "<noframes", "<audio", "<video", "<canvas", "<datalist", "<svg", "<xml")
_NEVER = frozenset(
    {"head", "title", "style", "script", "template", "noscript", "noframes", "object", "iframe", "audio"}
)
_NEVER |= {"video", "canvas", "datalist", "metadata", "desc", "xml", "applet", "embed"}
_PLAIN = frozenset(
    {"p", "div", "span", "br", "b", "i", "u", "strong", "em", "li", "ul", "ol", "table", "tbody", "tr", "td"}
)
_CONTROLS = frozenset({"button", "input", "select", "textarea", "option", "optgroup"})
_CELLS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "body", "html"})
_WANTED = frozenset(
    {"display", "visibility", "font-size", "font", "color", "background", "background-color", "opacity"}
)
_WANTED |= {"background-image", "mso-hide", "max-height", "height", "max-width", "width", "overflow"}
_WANTED |= {
    "overflow-x",
    "overflow-y",
    "position",
    "left",
    "right",
    "top",
    "bottom",
    "text-indent",
    "margin",
    "margin-left",
}
_WANTED |= {"margin-top", "clip", "clip-path", "transform", "filter", "content-visibility", "-webkit-text-fill-color"}
_WANTED |= {"margin-left", "text-shadow"}
_SMALLEST_FONT = 3.0  # pixels; what is smaller cannot be read
_LEAST_OPACITY, _LEAST_CONTRAST = 0.05, 1.1


@dataclass(frozen=True, slots=True)
class _Look:
    """How text in an element looks; what None stands for is not known, and then is taken to be seen."""

    visible: bool = True
    font_size: float = 16.0
    colour: Colour | None = BLACK
    behind: Colour | None = WHITE
    opacity: float = 1.0
    indent: float = 0.0
    shadow: bool = False
    closed: bool = False  # <details> that shows its <summary> only; not for what is inside it

    @property
    def seen(self) -> bool:
        if self.closed or not self.visible or self.font_size < _SMALLEST_FONT:
            return False
        if self.opacity < _LEAST_OPACITY or self.indent <= FAR:
            return False
        if self.shadow or self.colour is None:
            return True
        if self.colour[3] < _LEAST_OPACITY:
            return False
        return self.behind is None or css.contrast(css.over(self.colour, self.behind), self.behind) >= _LEAST_CONTRAST


@dataclass(slots=True)
class _Level:
    """An element that the walk is in, and what its children need to know of it and of each other."""

    element: HtmlElement
    look: _Look
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
    sheets = StyleSheets(_sheets(root), _WANTED)
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
            inherited = above.look if above else _Look()
            look, met = (None, 0) if sheets.spent else _look(element, inherited, sheets, around)
            if above is not None:
                above.siblings |= met
                above.before = met
            levels.append(_Level(element, look or _Look(), around, met))
            if look is None:
                if element.tag not in ("head", "style", "title", "script"):
                    gone.append(element)
                walk.skip_subtree()
            elif not look.seen and element.text and element.text.strip():
                element.text = None
                changed = True
                if element.tag == "a":
                    element.attrib.pop("href", None)  # an address behind words that nobody sees
        else:
            levels.pop()
            outside = levels[-1] if levels else None
            if outside is not None and element.tail and element.tail.strip() and not outside.look.seen:
                element.tail = None
                changed = True
    for element in gone:
        changed = True
        element.clear(keep_tail=True)
        if element.tag not in _CELLS:
            element.tag = "b"  # an empty element that stands for nothing and parts no words
    return changed


def _around(above: _Level | None) -> Around:
    if above is None:
        return Around()
    return Around(above.around.ancestors | above.met, above.met, above.siblings, above.before)


def _look(element: HtmlElement, inherited: _Look, sheets: StyleSheets, around: Around) -> tuple[_Look | None, int]:
    """How the element looks, None where it and all in it is not there at all; and the selectors' steps it meets."""
    declared, met = sheets.matching(element, around)
    if not declared and not element.attrib and element.tag in _PLAIN and not inherited.closed:
        return inherited, met
    styles = cascaded(declared)
    if _is_left_out(element, styles):
        return None, met
    look = _coloured(element, _sized(element, inherited, styles), styles)
    if is_out_of_sight(styles, look.font_size):
        return None, met
    if "visibility" in styles:
        name = css.keyword(styles["visibility"].value)
        if name in ("hidden", "collapse", "visible", "initial"):
            look = replace(look, visible=name in ("visible", "initial"))
    return replace(look, closed=_is_closed(element)), met


def _is_closed(element: HtmlElement | None) -> bool:
    return element is not None and element.tag == "details" and element.get("open") is None


def _is_left_out(element: HtmlElement, styles: Styles) -> bool:
    tag = str(element.tag).lower()
    parent = element.getparent()
    if tag in _NEVER or (tag == "title" and parent is not None):
        return True
    second = tag == "summary" and any(one.tag == "summary" for one in element.itersiblings(preceding=True))
    if _is_closed(parent) and (tag != "summary" or second):
        return True
    display = css.keyword(styles["display"].value) if "display" in styles else ""
    if not display and (element.get("hidden") is not None or (tag == "dialog" and element.get("open") is None)):
        return True
    if display == "none" or (tag == "input" and (element.get("type") or "").lower() == "hidden"):
        return True
    hidden = {"mso-hide": "all", "content-visibility": "hidden"}
    return any(name in styles and css.keyword(styles[name].value) == value for name, value in hidden.items())


def _sized(element: HtmlElement, look: _Look, styles: Styles) -> _Look:
    size: float | None = None
    if element.tag == "font" and (old := element.get("size")):
        size = css.old_font_size(old)
    for one in sorted((styles[name] for name in ("font", "font-size") if name in styles), key=lambda one: one.weight):
        found = [css.font_size(token, look.font_size) for token in one.value]
        size = next((each for each in found if each is not None), None if one.name == "font" else size)
        if css.keyword(one.value) == "initial":
            size = 16.0
    if size is not None:
        look = replace(look, font_size=size)
    if "text-indent" in styles and styles["text-indent"].value:
        indent = css.length(styles["text-indent"].value[0], look.font_size, 600.0)
        look = replace(look, indent=look.indent if indent is None else indent)
    if "text-shadow" in styles:
        look = replace(look, shadow=css.keyword(styles["text-shadow"].value) not in ("none", "initial"))
    return replace(look, opacity=look.opacity * _opacity(styles))


def _opacity(styles: Styles) -> float:
    found = 1.0
    if "opacity" in styles and len(styles["opacity"].value) == 1:
        number = css.length(styles["opacity"].value[0], whole=1.0)
        found = 1.0 if number is None else min(max(number, 0.0), 1.0)
    for token in styles["filter"].value if "filter" in styles else ():
        if token.type == "function" and token.lower_name in ("opacity", "alpha"):
            numbers = [css.length(one, whole=1.0) for one in css.significant(token.arguments)]
            if numbers and numbers[-1] is not None:
                found = min(found, max(numbers[-1], 0.0))
    return found


def _coloured(element: HtmlElement, look: _Look, styles: Styles) -> _Look:
    tag = element.tag
    behind, colour = look.behind, look.colour
    if element.get("bgcolor"):
        behind = css.old_colour(element.get("bgcolor") or "") or behind
    if element.get("background"):
        behind = None  # a picture
    if tag == "font" and element.get("color"):
        colour = css.old_colour(element.get("color") or "") or colour
    elif tag == "body" and element.get("text"):
        colour = css.old_colour(element.get("text") or "") or colour
    elif tag == "a" and element.get("href"):
        colour = LINK
    elif tag == "mark":
        colour, behind = BLACK, (1.0, 1.0, 0.0, 1.0)
    elif tag in _CONTROLS:
        colour, behind = BLACK, None
    backgrounds = [styles[name] for name in ("background", "background-color", "background-image") if name in styles]
    for one in sorted(backgrounds, key=lambda one: one.weight):
        behind = _background(one, behind)
    for name in ("color", "-webkit-text-fill-color"):
        if name in styles and len(styles[name].value) == 1:
            colour = _text_colour(styles[name].value[0], look.colour, colour)
        elif name in styles:
            colour = None
    return replace(look, behind=behind, colour=colour)


def _text_colour(token: Any, inherited: Colour | None, before: Colour | None) -> Colour | None:
    match css.word(token):
        case "inherit" | "unset":
            return inherited
        case "currentcolor":
            return before
        case "initial":
            return BLACK
        case _:
            return css.colour(token)


def _background(one: Declared, behind: Colour | None) -> Colour | None:
    """What stands behind the text; a picture or what is not understood gives None."""
    for token in one.value:
        if token.type == "url" or (token.type == "function" and css.colour(token) is None):
            return None
        if (found := css.colour(token)) is not None:
            if behind is None and found[3] < 1:
                return None
            behind = css.over(found, behind or WHITE)
    return behind
