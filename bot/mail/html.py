"""HTML bodies: to text, and cleaned for others."""

from __future__ import annotations

import nh3
from inscriptis import get_text  # type: ignore[import-untyped] # its types are not published
from inscriptis.css_profiles import (  # type: ignore[import-untyped] # as above
    RELAXED_CSS_PROFILE,
    STRICT_CSS_PROFILE,
)
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped] # as above
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from bot.mail.lines import clean, join

MAX_HTML = 2_000_000
_MOST_TAGS = 15_000  # of which text is made; a line has at least one, and no more lines than that are read either
_START = 20_000  # characters in which a document says that it is one
_CONTROLS = dict.fromkeys([*(c for c in range(0x20) if chr(c) not in "\t\n\r"), 0xFFFE, 0xFFFF])
# Words in neighbouring spans do not run together; what stands in a <div> begins at the left.
_LAYOUT = ParserConfig(css={**RELAXED_CSS_PROFILE, "div": STRICT_CSS_PROFILE["div"]})
_TAGS = nh3.ALLOWED_TAGS | {"font", "center", "u", "big"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "font": {"color", "size", "face"},
    "ol": {"start"},
}


def sanitize(html: str) -> str:
    """HTML that may be handed on: no scripts, styles, forms, no images but those inside the mail (cid:)."""

    def only_inner_images(tag: str, attribute: str, value: str) -> str | None:
        return value if tag != "img" or (attribute == "src" and value.strip().casefold().startswith("cid:")) else None

    tree = parse_html(html)  # also bounds the depth, which the cleaner would be slow on
    cleaned = nh3.clean(
        str(tostring(tree, encoding="unicode")) if tree is not None else "",
        tags=_TAGS,
        clean_content_tags={"script", "style", "title"},
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        attribute_filter=only_inner_images,
        link_rel="noopener noreferrer",
    )
    return cleaned.replace("<img>", "")  # what is left of an image without source; in text "<" is escaped


def to_text(html: str) -> str:
    """The text of an HTML body as a person would see it; table rows become lines. What `is_long` is cut."""
    shown = get_text(_readable(beginning(html)), _LAYOUT)
    return join(line.rstrip() for line in clean(shown).split("\n"))


def is_long(html: str) -> bool:
    """Whether the document is longer than what is read of it."""
    return len(html) > MAX_HTML or html.count("<") > _MOST_TAGS


def beginning(html: str) -> str:
    """What is read of a document: all of it, unless it has very many tags."""
    if html.count("<") <= _MOST_TAGS:
        return html
    position = -1
    for _ in range(_MOST_TAGS):
        position = html.find("<", position + 1)
    return html[:position]


def parse_html(html: str) -> HtmlElement | None:
    """The document, None where there is none. The parser drops what lies deeper than 256 levels."""
    try:
        root = document_fromstring(_readable(html).encode(), parser=HTMLParser(encoding="utf-8", remove_comments=True))
    except (etree.LxmlError, ValueError):
        return None
    if "&#" in html:
        _without_controls(root)
    return root


def _without_controls(root: HtmlElement) -> None:
    """References (`&#1;`) bring in characters that the parser reads but refuses to write."""
    for element in root.iter(etree.Element):
        for place in ("text", "tail"):
            text = getattr(element, place) or ""
            if text.translate(_CONTROLS) != text:
                setattr(element, place, text.translate(_CONTROLS))


def _readable(html: str) -> str:
    """HTML that the parser takes: not too long, no characters that XML forbids; a fragment is put into a body, for the
    parser counts an <article> behind a <style> as part of the head."""
    start = html[:_START].lower()
    if not any(tag in start for tag in ("<html", "<head", "<body", "<!doctype")):
        html = f"<body>{html}"
    return html[:MAX_HTML].encode("utf-8", "replace").decode("utf-8").translate(_CONTROLS)
