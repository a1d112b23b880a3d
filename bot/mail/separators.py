"""The lines that stand between a note and the mail it forwards: words between dashes, and drawn lines."""

from __future__ import annotations

from bot.mail.lines import Line
from bot.mail.words import Separator, fold, words

RULES = frozenset("-_=*~#–—─━ ")


def read_separator(text: str) -> tuple[Separator | None, str]:
    """What a line like `-------- Weitergeleitete Nachricht --------` says, and what follows it in the same line."""
    known = words()
    stripped = text.strip(" \t*")
    head = stripped[: known.longest_separator + 120].replace("8<", "")  # scissors, as The Bat! draws them
    bare = head.lstrip("-_=*~#–—─━ \t")
    dashed = len(head) - len(bare) >= 2
    if not dashed and ":" not in head and "：" not in head:
        return None, ""
    end = next((i for i, char in enumerate(bare) if char in "-–—_=*─━:：" and _closes(bare, i)), -1)
    phrase = fold(bare[:end] if end >= 0 else bare).strip(" .")
    if not phrase or (end < 0 and not dashed):
        return None, ""
    found = known.separators.get(phrase)
    if found:
        rest = stripped[len(head) - len(bare) + end :] if end >= 0 else ""
        return found[0], rest.lstrip("-–—_=*─━:： \t")
    if dashed:
        for opening, (kind, _) in known.separators.items():
            if kind is Separator.FORWARDED_BY and phrase.startswith(opening + " "):
                return kind, ""
    return None, ""


def _closes(text: str, position: int) -> bool:
    """Whether the phrase ends here: a colon, or two dashes; a single hyphen belongs to a word ("E-Mail")."""
    return text[position] in ":：" or (
        text[position : position + 2].strip("-–—_=*─━") == "" and len(text) > position + 1
    )


def is_rule(line: Line) -> bool:
    """A line drawn with characters."""
    text = line.text.strip()
    return len(text) >= 3 and set(text) <= RULES
