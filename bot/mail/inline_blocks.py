"""The header block of a forwarded mail all in one line, as Yahoo and some web pages write it."""

from __future__ import annotations

from bot.mail.blocks import MAIN, PEOPLE, Block, find_label
from bot.mail.dates import looks_like_date
from bot.mail.words import Role, fold, words

_LONGEST_INLINE, _MOST_COLONS, _LONGEST_UNKNOWN = 20_000, 500, 25


def read_inline_block(text: str) -> Block | None:
    """All labels in one line: `Von: A <a@b>An: "C" <c@d>Gesendet: … 09:26:50 MEZBetreff: …` (Yahoo).

    Only labels of the languages of the first one count, each once.
    """
    text = text[:_LONGEST_INLINE].replace("：", ":")
    first = find_label(text)
    if first is None or first[0] not in PEOPLE + MAIN:
        return None
    candidates = {fold(label): label for language in first[2] for label in words().own_labels[language]}
    block = Block()
    marks: list[tuple[int, int, Role, frozenset[str]]] = []  # where label begins, where value begins, …
    seen: set[Role] = set()
    nobody: frozenset[str] = frozenset()
    colon = -1
    for _ in range(_MOST_COLONS):
        colon = text.find(":", colon + 1)
        if colon < 0:
            break
        label = _label_before(text, colon, candidates)
        if label is None:
            glued = text.rfind(">", max(colon - _LONGEST_UNKNOWN, 0), colon) + 1
            unknown = text[glued:colon].replace(" ", "")
            if marks and glued and Role.DATE not in seen and unknown.isalpha() and looks_like_date(text[colon + 1 :]):
                seen.add(Role.DATE)
                marks.append((glued, colon + 1, Role.DATE, nobody))
            continue
        role, languages = words().labels[fold(label.rstrip())]
        if role in seen:
            continue
        seen.add(role)
        marks.append((colon - len(label), colon + 1, role, languages))
        if role is Role.SUBJECT and seen >= {Role.FROM, Role.DATE}:
            break
    if not marks:
        return None
    for (_, begin, role, languages), end in zip(marks, [mark[0] for mark in marks[1:]] + [len(text)], strict=True):
        block.values[role] = text[begin:end].strip(" \t*")
        block.languages.update(languages)
    if Role.SUBJECT not in seen:
        _split_off_subject(block, marks[-1][2], candidates)
    return block if block.count(*MAIN) >= 2 else None


def _split_off_subject(block: Block, role: Role, candidates: dict[str, str]) -> None:
    """Yahoo's Portuguese forgets the colon: `… 09:26:50 CETAssunto Wohnung`."""
    value = block.values[role]
    for label in candidates.values():
        found = value.find(f"{label} ") if words().labels[fold(label)][0] is Role.SUBJECT else -1
        if found > 0:
            block.values[role] = value[:found].strip()
            block.values[Role.SUBJECT] = value[found + len(label) :].strip()
            return


def _label_before(text: str, colon: int, candidates: dict[str, str]) -> str | None:
    """The longest label that ends at the colon, as it stands in the text."""
    best: str | None = None
    for label in candidates.values():
        for end in (colon, colon - 1) if text[colon - 1].isspace() else (colon,):  # French puts a blank there
            begin = end - len(label)
            if (
                begin < 0
                or fold(text[begin:end]) != fold(label)
                or (not text[begin].isupper() and text[begin].isascii())
            ):
                continue
            glued = begin > 0 and text[begin - 1].isalpha()
            if (glued and len(label) <= 2) or (best and len(label) <= len(best)):
                continue
            best = text[begin:colon]
    return best
