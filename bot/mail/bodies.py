"""The bodies of a mail as it shows itself: one text and, where it came with one, the HTML without what nobody sees."""

from __future__ import annotations

from dataclasses import dataclass

from bot.language import Sentence
from bot.mail.html import is_long, to_text
from bot.mail.lines import MAX_TEXT, TOO_LONG, join
from bot.mail.visible import HIDDEN_BY_TOO_MUCH, shown_html


@dataclass(frozen=True, slots=True)
class Bodies:
    """What a mail shows, and in `notes` what could not be read of it."""

    text: str
    html: str | None = None
    notes: tuple[Sentence, ...] = ()


def shown_bodies(text: str, html: str | None) -> Bodies:
    """The text that people see: what the HTML shows, for that is what mail programs open; the plain text where there is
    no HTML or nothing at all in it. A plain text beside HTML may be a stub, or say what the HTML does not."""
    plain = join(text[:MAX_TEXT].replace("\r\n", "\n").split("\n"))
    too_long = len(text) > MAX_TEXT or is_long(html or "")
    notes = [TOO_LONG] if too_long else []
    if not html or not html.strip():
        return Bodies(plain, None, tuple(notes))
    shown, complete = shown_html(html)
    if not complete:
        notes.append(HIDDEN_BY_TOO_MUCH)
    seen = to_text(shown)
    if seen and _letters(seen) == _letters(plain):
        seen = plain  # the same words, in the sender's own lines
    if not seen and shown == html and "<img" not in html.casefold():
        seen = plain  # an empty page, which some servers add
    return Bodies(seen, shown, tuple(notes))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
