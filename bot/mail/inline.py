"""The original mail in the body of a forward, from its text and its HTML together."""

from __future__ import annotations

from dataclasses import replace

from bot.mail.forwarded import Unwrapped, describe, described_with, find_forward, unwrap
from bot.mail.html import beginning, is_long, parse_html, to_text
from bot.mail.html_lines import container_end, cut, html_lines
from bot.mail.lines import MAX_LINES, outdent


def unwrap_html(html: str, subject: str | None = None) -> tuple[Unwrapped, str] | None:
    """The mail that an HTML body forwards and its own HTML, or None where it forwards none.

    The header is looked for in the document's lines as they are shown, the document is then cut below it, so that
    tables, links and quotes of the original stay as they were.
    """
    start = beginning(html)
    root = parse_html(start)
    if root is None:
        return None
    shown = html_lines(root, MAX_LINES)
    found = find_forward(shown.lines, subject)
    if found is None:
        return None
    above = [place for place in shown.places[: found.start] if place]
    header = [place for place in shown.places[: found.body] if place]
    below = [place for place in shown.places[found.body :] if place]
    note = outdent(to_text(cut(start, 0, above[-1][1]))).strip() if above else ""
    end = container_end(root, header[-1][1], below[0][0]) if header and below else None
    body = cut(html, header[-1][1] + 1, end) if below else ""
    own = outdent(to_text(cut(start, end + 1, None))).strip() if end is not None else ""
    too_long = is_long(html) or len(shown.lines) >= MAX_LINES
    return described_with(own, describe(found, note, outdent(to_text(body)), subject, too_long)), body


def find_original(text: str, html: str | None, subject: str | None) -> tuple[Unwrapped, str | None] | None:
    """The forwarded mail and its HTML (None unless cut out of `html`), read from whichever body says more."""
    by_text = unwrap(text, subject) if text.strip() else None
    by_html = unwrap_html(html, subject) if html and html.strip() else None
    if by_html is None:
        return (by_text, None) if by_text else None
    if by_text is None:
        return by_html
    best, other = (by_html[0], by_text) if _facts(by_html[0]) > _facts(by_text) else (by_text, by_html[0])
    merged = replace(
        best,
        to=best.to or other.to,
        cc=best.cc or other.cc,
        reply_to=best.reply_to or other.reply_to,
        date=best.date or other.date,
        message_id=best.message_id or other.message_id,
        text=by_html[0].text if by_html[0].below else by_text.text or by_html[0].text,
        note=by_html[0].note if by_html[0].below else by_text.note or by_html[0].note,
    )
    return merged, by_html[1]


def _facts(one: Unwrapped) -> int:
    address = one.sender.address if one.sender else None
    return 4 * bool(address) + 2 * bool(one.date) + bool(one.subject) + bool(one.to) + bool(one.explicit)
