"""How text in an element of an HTML document looks: whether anybody sees it.

Read as a mail program on a desktop does. What is not understood hides nothing: a colour on a picture, a size that is
computed. `aria-hidden` hides from screen readers only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from lxml.html import HtmlElement

from bot.mail import css_values as css
from bot.mail.css_boxes import FAR, Styles, is_out_of_sight
from bot.mail.css_rules import Around, Declared, StyleSheets, cascaded
from bot.mail.css_values import BLACK, LINK, WHITE, Colour

WANTED = frozenset(
    [
        "display",
        "visibility",
        "font-size",
        "font",
        "color",
        "background",
        "background-color",
        "background-image",
        "opacity",
        "mso-hide",
        "max-height",
        "height",
        "max-width",
        "width",
        "overflow",
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
        "margin-top",
        "clip",
        "clip-path",
        "transform",
        "filter",
        "content-visibility",
        "-webkit-text-fill-color",
        "text-shadow",
    ]
)
_NEVER = frozenset(
    [
        "head",
        "title",
        "style",
        "script",
        "template",
        "noscript",
        "noframes",
        "object",
        "iframe",
        "audio",
        "video",
        "canvas",
        "datalist",
        "metadata",
        "desc",
        "xml",
        "applet",
        "embed",
    ]
)
_PLAIN = frozenset(
    ["p", "div", "span", "br", "b", "i", "u", "strong", "em", "li", "ul", "ol", "table", "tbody", "tr", "td"]
)
_CONTROLS = frozenset({"button", "input", "select", "textarea", "option", "optgroup"})
_SMALLEST_FONT = 3.0  # pixels; what is smaller cannot be read
_LEAST_OPACITY, _LEAST_CONTRAST = 0.05, 1.1


@dataclass(frozen=True, slots=True)
class Look:
    """How text in an element looks; what None stands for is not known, and then is taken to be seen."""

    visible: bool = True
    font_size: float = 16.0
    colour: Colour | None = BLACK
    behind: Colour | None = WHITE
    opacity: float = 1.0
    indent: float = 0.0
    shadow: bool = False
    closed: bool = False  # <details> that shows its <summary> only; not for what is inside it


@lru_cache(maxsize=1_000)
def is_seen(look: Look) -> bool:
    if look.closed or not look.visible or look.font_size < _SMALLEST_FONT:
        return False
    if look.opacity < _LEAST_OPACITY or look.indent <= FAR:
        return False
    if look.shadow or look.colour is None:
        return True
    if look.colour[3] < _LEAST_OPACITY:
        return False
    return look.behind is None or css.contrast(css.over(look.colour, look.behind), look.behind) >= _LEAST_CONTRAST


def look_of(element: HtmlElement, inherited: Look, sheets: StyleSheets, around: Around) -> tuple[Look | None, int]:
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
    closed = _is_closed(element)
    return look if closed == look.closed else replace(look, closed=closed), met


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


def _sized(element: HtmlElement, look: Look, styles: Styles) -> Look:
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
    opacity = _opacity(styles)
    return look if opacity == 1.0 else replace(look, opacity=look.opacity * opacity)


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


def _coloured(element: HtmlElement, look: Look, styles: Styles) -> Look:
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
    same = behind == look.behind and colour == look.colour
    return look if same else replace(look, behind=behind, colour=colour)


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
