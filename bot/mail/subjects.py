"""What the subject line says: a forward, a reply, or nothing; and the subject without its prefixes."""

from __future__ import annotations

from enum import StrEnum

from bot.mail.words import fold, words

_LONGEST_PREFIX = 16
_LONGEST_TAG = 40
_MOST_PREFIXES = 20


class SubjectKind(StrEnum):
    """What the outermost prefix of a subject says about the mail."""

    FORWARD = "forward"
    REPLY = "reply"
    NEUTRAL = "neutral"


def subject_kind(subject: str | None, languages: frozenset[str] = frozenset()) -> SubjectKind:
    """What the first prefix says; some ("VS") mean forward in one language and reply in another: `languages` decides.

    >>> subject_kind("WG: AW: Wohnung").value
    'forward'
    """
    text = (subject or "").strip()
    if fold(text).endswith("(fwd)"):
        return SubjectKind.FORWARD
    prefix, _ = _split(text)
    forward, reply = words().forward_prefixes.get(prefix), words().reply_prefixes.get(prefix)
    if forward and not (reply and languages & reply and not languages & forward):
        return SubjectKind.FORWARD
    return SubjectKind.REPLY if forward or reply else SubjectKind.NEUTRAL


def without_forward_prefix(subject: str) -> str:
    """The subject as the original mail had it, as far as the forward's own prefix tells.

    >>> without_forward_prefix("[Fwd: AW: Wohnung]")
    'AW: Wohnung'
    """
    text = " ".join(subject.split())
    if subject_kind(text) is not SubjectKind.FORWARD:
        return text
    if fold(text).endswith("(fwd)"):
        return text[: -len("(fwd)")].rstrip()
    prefix, rest = _split(text)
    if text.startswith("[") and not text[1:].lstrip().startswith("[") and rest.endswith("]") and prefix:
        rest = rest[:-1].rstrip()
    return rest


def base_subject(subject: str) -> str:
    """The subject without any prefixes and mailing-list tags, for comparing mails.

    >>> base_subject("AW: [EXTERN] WG: Wohnung")
    'Wohnung'
    """
    text = without_forward_prefix(subject)
    for _ in range(_MOST_PREFIXES):
        prefix, rest = _split(text)
        if not prefix:
            break
        text = rest
    return text


def _split(text: str) -> tuple[str, str]:
    """The folded first prefix ("" if there is none) and what follows it; tags like [EXTERN] before it are passed."""
    start = text.lstrip()
    for _ in range(_MOST_PREFIXES):
        close = start.find("]", 0, _LONGEST_TAG) if start.startswith("[") else -1
        if start.startswith("[") and _prefix_of(start[1:])[0]:
            start = start[1:].lstrip()
        elif close > 0 and start[close + 1 :].strip():
            start = start[close + 1 :].lstrip()
        else:
            break
    prefix, rest = _prefix_of(start)
    return (prefix, rest) if prefix else ("", text)


def _prefix_of(text: str) -> tuple[str, str]:
    head = text[:_LONGEST_PREFIX].replace("：", ":")
    colon = head.find(":")
    if colon <= 0:
        return "", text
    word = head[:colon].strip()
    for opening, closing in ("[]", "()"):  # "Re[2]:", "AW (3):"
        if word.endswith(closing) and opening in word and word[word.index(opening) + 1 : -1].isdigit():
            word = word[: word.index(opening)].rstrip()
    folded = fold(word)
    if folded in words().forward_prefixes or folded in words().reply_prefixes:
        return folded, text[colon + 1 :].strip()
    return "", text
