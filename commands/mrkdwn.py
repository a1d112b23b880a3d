"""Text for Slack: escaped, cut to length, dates in the reader's own time zone."""

from __future__ import annotations

import re
from datetime import datetime

LINK = re.compile(r"<(?P<target>(?:mailto:|https?://|tel:)[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
TORN = re.compile(r"(?:<[^<>]*|&[a-z]*)$")
SPACE = re.compile(r"\s+")
# What nobody sees and what turns the direction of reading: with it a subject could show its end first, a name look like
# another one, or an address be split so that it is not recognised. Control characters, soft and zero-width ones, marks
# and overrides of direction, fillers, variation selectors (but the one that makes an emoji), tags, and halves of pairs.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def shorten(text: str, most: int) -> str:
    """At most `most` characters, white space folded, an ellipsis where something was cut, nothing that acts unseen."""
    text = SPACE.sub(" ", UNSEEN.sub("", text)).strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def escape(text: str, most: int = 200) -> str:
    """Text that cannot act in mrkdwn: no mention, no link, no formatting that would swallow the rest of the line.

    Slack's three entities, and a zero-width space behind the characters that could open formatting.
    """
    text = shorten(text, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([*_~`])", "\\1\u200b", text)


def cut(text: str, most: int) -> str:
    """Marked-up text of at most `most` characters, with no entity and no link torn in two."""
    return text if len(text) <= most else TORN.sub("", text[: most - 1]) + "…"


def link(url: str, label: str) -> str:
    """A link with an escaped label; nothing in the address can end it."""
    url = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{url}|{label}>"


def date(moment: datetime | None) -> str:
    """A date that Slack shows in the reader's zone; without a zone of its own it is shown as written."""
    if moment is None:
        return ""
    plain = moment.strftime("%d.%m.%Y %H:%M")
    if moment.tzinfo is None:
        return plain
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{plain}>"


def plain_text(text: str) -> str:
    """What a person typed, from the text of their message: Slack escapes it and makes addresses and URLs links."""
    unlinked = LINK.sub(lambda found: found["label"] or found["target"].removeprefix("mailto:"), text)
    return unlinked.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
