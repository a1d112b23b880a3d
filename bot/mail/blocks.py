"""The header block of a forwarded mail in running text: `Von: … Gesendet: … An: … Betreff: …`."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.mail.dates import looks_like_date
from bot.mail.lines import Line
from bot.mail.participants import is_address
from bot.mail.subjects import base_subject
from bot.mail.words import Role, fold, words

MAX_BLOCK_LINES = 3_000
_AHEAD = 4
_MOST_OTHERS = 30
_MOST_BARE = 12
MAIN = (Role.FROM, Role.TO, Role.SUBJECT, Role.DATE)
PEOPLE = (Role.FROM, Role.TO, Role.CC, Role.BCC, Role.REPLY_TO)
_LABEL_WORDS = 3
_HARD_WRAP = range(60, 81)
_LONGEST_NAME = 120


@dataclass(slots=True)
class Block:
    """What the labelled lines say; `end` is the first line after them, `languages` how many labels each one has."""

    values: dict[Role, str] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    depth: int = 0
    end: int = 0

    @property
    def language(self) -> str | None:
        """The language most labels are written in; None where it could be several."""
        ranked = self.languages.most_common(2)
        if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
            return None
        return ranked[0][0]

    @property
    def has_address(self) -> bool:
        return "@" in self.values.get(Role.FROM, "")

    @property
    def named(self) -> bool:
        """Whether the sender can be one: an address, or words that are no number or time ("Von: 10 Uhr")."""
        sender = self.values.get(Role.FROM, "").strip("\"'*„“ ")
        return self.has_address or (bool(sender) and not any(c.isdigit() for c in sender[:2]) and len(sender) <= 200)

    def count(self, *roles: Role) -> int:
        return sum(role in self.values for role in roles)


def find_label(text: str) -> tuple[Role, str, frozenset[str]] | None:
    """Role, value and languages of a line that begins with a label: `Von: …`, `*Von:* …`, `De : …`, `件名：…`."""
    known = words()
    head = text[: known.longest_label + 12].replace("：", ":")
    colon = head.find(":")
    if colon <= 0:
        return None
    label = head[:colon].strip(" \t*_|")
    found = known.labels.get(fold(label))
    if not found:
        return None
    value = text[colon + 1 :].strip(" \t|")
    if text.lstrip(" \t|").startswith("*"):
        value = value.lstrip("*_").strip()
        if value.endswith("*") and not value.endswith("**"):
            value = value[:-1].rstrip()
        value = value.removeprefix("*")
    return found[0], value, found[1]


def read_block(
    lines: Sequence[Line], start: int, subject: str | None = None, *, announced: bool = False
) -> Block | None:
    """The block that begins at line `start`, None where no label stands that could begin one.

    `subject` is the subject of the forward, where known: it tells how long a wrapped subject line goes on. `announced`:
    a header is to be expected here, so that lines with unknown labels are part of it; a date under one is the date.
    """
    first = find_label(lines[start].text)
    if first is None or first[0] not in (*MAIN, *PEOPLE):
        return None
    block = Block(depth=lines[start].depth)
    gathered: dict[Role, list[str]] = {}
    role: Role | None = None
    below = False  # whether values stand on the line below their label
    spaced: bool | None = None  # whether a blank line stands after every label, as some converters write
    position, last = start, min(len(lines), start + MAX_BLOCK_LINES)
    while position < last:
        line = lines[position]
        if line.blank:
            following = next((p for p in range(position, min(position + 3, last)) if not lines[p].blank), None)
            label = find_label(lines[following].text) if following is not None and spaced is not False else None
            if following is None or label is None or label[0] in gathered:
                break
            spaced, position = True, following
            continue
        label = find_label(line.text) or _bare_label(lines, position, last, block, gathered)
        others = len(gathered.get(Role.OTHER, ()))
        if label and (label[0] not in gathered or (label[0] is Role.OTHER and others < _MOST_OTHERS)):
            role = label[0]
            gathered[role] = [*gathered.get(role, ()), *([label[1]] if label[1] else [])]
            block.languages.update(label[2])
            spaced = spaced if spaced or position + 1 >= last or lines[position + 1].blank else False
        elif label and label[0] is Role.DATE and Role.SUBJECT not in gathered:
            role = Role.OTHER  # "Sent" and "Received": the first counts
        elif role is None or label or others >= _MOST_OTHERS:
            break
        elif announced and _unknown_label(line.text) and _header_goes_on(lines, position + 1, last):
            value = line.text.partition(":")[2].strip()
            role = Role.DATE if Role.DATE not in gathered and looks_like_date(value) else Role.OTHER
            gathered.setdefault(role, []).append(value)
        elif _goes_on(lines, position, last, gathered, role, below):
            below = below or not gathered.get(role)
            gathered.setdefault(role, []).append(line.text.strip())
        elif role is Role.SUBJECT and gathered[role] and _subject_goes_on(lines, position, gathered[role], subject):
            gathered[role].append(line.text.strip())
        else:
            break
        position += 1
    block.end = position
    block.values = {one: _unescaped(" ".join(pieces)) for one, pieces in gathered.items()}
    return block if gathered else None


def _bare_label(
    lines: Sequence[Line], position: int, last: int, block: Block, gathered: dict[Role, list[str]]
) -> tuple[Role, str, frozenset[str]] | None:
    """As `find_label` for a line between labelled ones whose label has lost its colon: `Dw office@example.com`."""
    if len(gathered) < 2:
        return None
    tokens = lines[position].text[: words().longest_label + 1].split(" ")
    for size in range(min(len(tokens) - 1, _LABEL_WORDS), 0, -1):
        label = " ".join(tokens[:size])
        known = words().labels.get(fold(label))
        if known is None or known[0] in gathered or not known[1] & block.languages.keys() or not label[:1].isupper():
            continue
        value = lines[position].text[len(label) :].strip()
        fits = "@" in value if known[0] in PEOPLE else looks_like_date(value) if known[0] is Role.DATE else False
        if fits or (known[0] is Role.SUBJECT and _header_goes_on(lines, position + 1, last)):
            return known[0], value, known[1]
    return None


def read_bare_block(lines: Sequence[Line], start: int, subject: str | None = None) -> Block | None:
    """A block whose labels have no colon (eM Client); only for below a separator, for it could be prose elsewhere."""
    rows = list(lines[start : start + _MOST_BARE])
    end = next((i for i, line in enumerate(rows) if line.blank), len(rows))
    found: set[Role] = set()
    for i, line in enumerate(rows[:end]):
        label, _, value = line.text.partition(" ")
        known = words().labels.get(fold(label))
        if known and value.strip() and known[0] not in found:
            found.add(known[0])
            rows[i] = Line(line.depth, f"{label}: {value.strip()}", line.raw)
    block = read_block(rows, 0, subject, announced=True) if len(found) >= 3 else None
    if block:
        block.end += start
    return block


def _unescaped(value: str) -> str:
    """The value without the escapes of HTML, which texts pasted from Slack and from web pages still have."""
    return html.unescape(value) if any(mark in value for mark in ("&lt;", "&gt;", "&amp;", "&quot;")) else value


def _goes_on(
    lines: Sequence[Line], position: int, last: int, gathered: dict[Role, list[str]], role: Role, below: bool
) -> bool:
    """Whether an unlabelled line belongs to the header before it."""
    text, before = lines[position].text, next(iter(gathered.get(role, ())[-1:]), "")
    if not before:
        return role in (Role.FROM, Role.TO, Role.DATE) or below
    if role in PEOPLE:
        opened = before.rfind("<") > before.rfind(">")
        if (
            opened
            or before.endswith((",", ";"))
            or _name_goes_on(before, text)
            or text.lstrip().startswith("<")
            or is_address(text.strip(" ,;<>"))
        ):
            return True
        if _unknown_label(text):
            return False
    return any(main not in gathered for main in MAIN) and _label_ahead(lines, position + 1, last, gathered)


def _name_goes_on(before: str, text: str) -> bool:
    """Whether a list of people was wrapped within a name: `…, Erika` and `Muster <erika@example.de>` below."""
    begun = before.replace(";", ",").rpartition(",")[2].strip()
    ending, bracket, rest = text[:_LONGEST_NAME].partition("<")
    wrapped = "@" in before and begun != "" and "@" not in begun
    return wrapped and bool(bracket) and "@" in rest and not any(c in ending for c in "@:!?")


def _unknown_label(text: str) -> bool:
    """Whether a line looks like a header that the table does not know: `Mailer: Evolution`."""
    label, colon, value = text[:60].partition(":")
    return bool(colon) and label.strip() != "" and len(label.split()) <= 3 and value[:1] in ("", " ", "\t")


def _label_ahead(lines: Sequence[Line], position: int, last: int, gathered: dict[Role, list[str]]) -> bool:
    for line in lines[position : min(position + _AHEAD, last)]:
        if line.blank:
            return False
        label = find_label(line.text)
        if label:
            return label[0] not in gathered and label[0] is not Role.OTHER
    return False


def _header_goes_on(lines: Sequence[Line], position: int, last: int) -> bool:
    """Whether the header ends properly below: with a blank line, or with more labels first."""
    for line in lines[position : min(position + _AHEAD, last)]:
        if line.blank or find_label(line.text):
            return True
        if not _unknown_label(line.text):
            return False
    return False


def _subject_goes_on(lines: Sequence[Line], position: int, pieces: list[str], subject: str | None) -> bool:
    """A long subject as the last header may be wrapped, or the mail's first line follows without a blank one."""
    line, value = lines[position].text, " ".join(pieces[-_AHEAD:])
    if subject:
        wanted = fold("".join(base_subject(subject).split()))
        so_far = fold("".join(base_subject(value).split()))
        if wanted == so_far:
            return False
        if wanted.startswith(so_far) and wanted.startswith(so_far + fold("".join(line.split()))):
            return True
    if line.startswith((" ", "\t")) and not lines[position - 1].text.startswith((" ", "\t")):
        return True  # folded as in a mail's own header
    before = lines[position - 1].raw
    first_word = line.split()[0]
    if len(before) not in _HARD_WRAP or len(before) + 1 + len(first_word) <= 76:
        return False
    after = lines[position + 1 : position + 20]
    return bool(after and after[0].blank) and all(len(other.raw) < _HARD_WRAP.stop for other in after)
