"""What a mail's headers say of how it came about (RFC 3834, RFC 2369, RFC 6522)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.mail.model import Mark

_REPLIES = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoresponse", "x-vacation", "x-auto-reply-from")
_TO_MANY = frozenset({"bulk", "junk"})
# Where people write to each other: a group of the office's own has these, a newsletter has not.
_DISCUSSION = ("list-post", "x-original-sender", "x-original-from", "mailing-list", "x-google-group-id")


def marks(raw: Mapping[str, str]) -> tuple[Mark, ...]:
    """The marks in headers, by their names in lower case."""
    found: list[Mark] = []
    submitted = raw.get("auto-submitted", "").casefold().strip()
    precedence = raw.get("precedence", "").casefold().strip()
    if submitted.startswith("auto-replied") or precedence == "auto_reply" or any(name in raw for name in _REPLIES):
        found.append(Mark.REPLIED)
    elif submitted.startswith(("auto-generated", "auto-notified")):
        found.append(Mark.GENERATED)
    if not any(name in raw for name in _DISCUSSION) and (precedence in _TO_MANY or "list-unsubscribe" in raw):
        found.append(Mark.BULK)
    elif "list-id" in raw or "list-unsubscribe" in raw or precedence == "list":
        found.append(Mark.LIST)
    kind = raw.get("content-type", "").casefold()
    if kind.startswith("multipart/report"):
        found.append(Mark.RECEIPT if "disposition-notification" in kind else Mark.REPORT)
    return tuple(found)
