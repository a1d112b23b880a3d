"""Reading the mail that a forward carries in its text. One pass over the lines; nothing here can backtrack.

A forward begins with a separator line, a header block or an attribution. What the first of them means depends on the
subject: under "Re:" a header block quotes the mail that is answered, under "Fwd:" it is the forwarded mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.language import Sentence, sentence
from bot.mail.attribution import Attribution, read_attribution
from bot.mail.blocks import Block, read_bare_block, read_block
from bot.mail.dates import looks_like_date, parse_date
from bot.mail.inline_blocks import read_inline_block
from bot.mail.lines import MAX_LINES, MAX_TEXT, TOO_LONG, Line, clean, join, outdent, to_lines, unquoted
from bot.mail.model import Participant
from bot.mail.participants import MANY_SENDERS, are_several, parse_people, parse_person
from bot.mail.separators import RULES, is_rule, read_separator
from bot.mail.subjects import SubjectKind, subject_kind, without_forward_prefix
from bot.mail.words import Role, Separator

_DASHES = frozenset("-_=*~#–—─━ \t")
_SHORTEST_END = 30
_GAP = 8  # lines between a separator and the block that belongs to it


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The outermost mail that a text forwards; `note` is what the forwarder wrote above it, and where `below` is
    set, what they wrote below it as well."""

    sender: Participant | None = None
    reply_to: tuple[Participant, ...] = ()
    to: tuple[Participant, ...] = ()
    cc: tuple[Participant, ...] = ()
    bcc: tuple[Participant, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str | None = None
    text: str = ""
    note: str = ""
    explicit: bool = False
    notes: tuple[Sentence, ...] = ()
    below: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Where a forward begins (`start`: first line that is not note) and where its text begins (`body`)."""

    start: int
    body: int
    depth: int
    block: Block | None = None
    attribution: Attribution | None = None
    explicit: bool = False


def unwrap(text: str, subject: str | None = None) -> Unwrapped | None:
    """The outermost mail that `text` forwards, or None where it forwards none.

    `subject` is the subject of the mail that carries the text; None means unknown. Never raises; what is too long is
    cut, and `notes` say so.
    """
    lines = to_lines(clean(text[:MAX_TEXT]))
    found = find_forward(lines, subject)
    if found is None:
        return None
    end = forward_end(lines, found)
    body = unquoted(lines[found.body : end], found.depth)
    cut = len(text) > MAX_TEXT or len(lines) >= MAX_LINES
    above, below = (join(line.raw for line in piece) for piece in (lines[: found.start], lines[end:]))
    return described_with(below, describe(found, above, _body_text(body, found), subject, cut))


def described_with(below: str, mail: Unwrapped) -> Unwrapped:
    """The same mail with what its forwarder wrote below it."""
    if not below:
        return mail
    return replace(mail, note=f"{mail.note}\n\n{below}" if mail.note else below, below=True)


def describe(found: Found, note: str, body: str, subject: str | None, cut: bool = False) -> Unwrapped:
    """The mail of a found forward, its text given."""
    notes = [TOO_LONG] if cut else []
    block = found.block or Block()
    values = block.values
    if found.attribution:
        sender: Participant | None = found.attribution.sender
        date = parse_date(found.attribution.date_text, found.attribution.language)
    else:
        sender = parse_person(values.get(Role.FROM, ""))
        date = parse_date(values.get(Role.DATE, ""), block.language)
    if are_several(values.get(Role.FROM, "")):
        notes.append(MANY_SENDERS)
    if sender is None:
        notes.append(sentence("reading.no_sender"))
    elif sender.address is None:
        notes.append(sentence("reading.no_sender_address"))
    if date is None and values.get(Role.DATE):
        notes.append(sentence("reading.no_date"))
    stated = " ".join(values[Role.SUBJECT].split()) if Role.SUBJECT in values else None
    return Unwrapped(
        sender=sender,
        reply_to=parse_people(values.get(Role.REPLY_TO, "")),
        to=parse_people(values.get(Role.TO, "")),
        cc=parse_people(values.get(Role.CC, "")),
        bcc=parse_people(values.get(Role.BCC, "")),
        subject=stated if stated is not None else without_forward_prefix(subject or ""),
        date=date,
        message_id=_message_id(values.get(Role.MESSAGE_ID, "")),
        text=body,
        note=note,
        explicit=found.explicit,
        notes=tuple(notes),
    )


def forward_end(lines: Sequence[Line], found: Found) -> int:
    """The first line below a forward that is the forwarder's own again: behind the quote that the forward stands in, or
    behind the line that says where it ends. The number of lines where there is none."""
    first = next((line for line in lines[found.body :] if not line.blank), None)
    depth = max(found.depth, first.depth if found.attribution and first else 0)
    end = len(lines)
    if depth and first and first.depth >= depth:
        last = max(i for i in range(found.body, len(lines)) if lines[i].depth >= depth)
        while last + 1 < len(lines) and not lines[last + 1].blank:
            last += 1  # the rest of a quoted line that was wrapped
        end = last + 1
    if found.explicit:
        said = (i for i in range(end - 1, found.body - 1, -1) if read_separator(lines[i].text)[0] is Separator.ENDED)
        end = min(end, next(said, len(lines)) + 1)
    return end if any(not line.blank for line in lines[end:]) else len(lines)


def find_forward(lines: Sequence[Line], subject: str | None) -> Found | None:
    """The first thing in the lines that makes the mail a forward; None where it is a reply or a plain mail."""
    said = subject_kind(subject) if subject is not None else None
    weak: Found | None = None
    position = 0
    while position < len(lines):
        line = lines[position]
        if line.blank:
            position += 1
            continue
        separator, rest = read_separator(line.text)
        if separator in (Separator.FORWARDED, Separator.FORWARDED_BY):
            found = _after_separator(lines, position, rest, subject, explicit=True)
            if found:
                return found
        elif separator is Separator.ORIGINAL:
            found = _after_separator(lines, position, rest, subject, explicit=False)
            if found and found.block:
                return found if _is_forward(found.block, said, subject, lines, position) else None
        elif separator is None:
            expected = said is SubjectKind.FORWARD
            block = read_block(lines, position, subject, announced=expected)
            if block and _is_header(block, said):
                above = position
                if Role.DATE not in block.values and _dated(lines, position):
                    above -= 1
                    block.values[Role.DATE] = _from_first_number(lines[above].text)
                found = Found(_unknown_separator(lines, above), block.end, block.depth, block)
                return found if _is_forward(block, said, subject, lines, found.start) else None
            attribution = None if block else read_attribution(lines, position)
            if attribution and attribution.sure:
                if said is not SubjectKind.FORWARD and not _all_quoted(lines, position, attribution.end):
                    return None
                return Found(position, attribution.end, line.depth, attribution=attribution)
            if attribution and weak is None:
                weak = Found(position, attribution.end, line.depth, attribution=attribution)
        position += 1
    return weak if said is SubjectKind.FORWARD else None


def _after_separator(
    lines: Sequence[Line], position: int, rest: str, subject: str | None, *, explicit: bool
) -> Found | None:
    """The forward that a separator announces: its block in the same line or below, or an attribution, or no header."""
    start = _note_end(lines, position)
    if rest:
        inline = read_inline_block(rest)
        if inline:
            return Found(start, position + 1, lines[position].depth, inline, explicit=explicit)
    below = position + 1
    limit = min(len(lines), below + _GAP)
    while below < limit and (lines[below].blank or is_rule(lines[below])):
        below += 1
    if below < limit:
        block = read_block(lines, below, subject, announced=True) or read_bare_block(lines, below, subject)
        if block and block.named and Role.FROM in block.values:
            return Found(start, _skip_closing(lines, block.end), block.depth, block, explicit=explicit)
        attribution = None if block else read_attribution(lines, below)
        if attribution:
            return Found(start, attribution.end, lines[below].depth, attribution=attribution, explicit=explicit)
    dashed = lines[position].text.lstrip(" *")[:1] in _DASHES
    return Found(start, position + 1, lines[position].depth, explicit=True) if explicit and dashed else None


def _is_header(block: Block, said: SubjectKind | None) -> bool:
    """Whether labelled lines without a separator are a mail's header, and not a form or a timetable."""
    if Role.FROM not in block.values or not block.named:
        return False
    others = block.count(Role.DATE, Role.SUBJECT, Role.TO)
    if said is SubjectKind.NEUTRAL:
        return Role.DATE in block.values and others >= 2 and (block.has_address or others == 3)
    if not block.has_address:
        return others >= 2 and Role.SUBJECT in block.values
    return block.count(Role.DATE, Role.SUBJECT) >= 1


def _is_forward(block: Block, said: SubjectKind | None, subject: str | None, lines: Sequence[Line], start: int) -> bool:
    """Under a reply's subject a header block is what was answered, unless nothing at all stands above it."""
    if said in (SubjectKind.FORWARD, SubjectKind.REPLY):
        languages = frozenset([block.language]) if block.language else frozenset[str]()
        said = subject_kind(subject, languages)
    return said is not SubjectKind.REPLY or all(line.blank or is_rule(line) for line in lines[:start])


def _dated(lines: Sequence[Line], position: int) -> bool:
    """Whether the line above ends with a date: `Message du 06/04/23 16:17` (Orange)."""
    above = lines[position - 1].text if position else ""
    return len(above.split()) <= 5 and looks_like_date(_from_first_number(above))


def _from_first_number(text: str) -> str:
    return text[next((i for i, c in enumerate(text) if c.isdigit()), len(text)) :]


def _note_end(lines: Sequence[Line], position: int) -> int:
    """The line where the note ends: before the rule and the blank lines that stand above the forward."""
    while position > 0 and (lines[position - 1].blank or is_rule(lines[position - 1])):
        position -= 1
    return position


def _unknown_separator(lines: Sequence[Line], position: int) -> int:
    """The end of the note above a header block: a phrase between dashes is none of it, nor what is quoted as deep."""
    start = _note_end(lines, position)
    for _ in range(_GAP):
        if start == 0:
            break
        above = lines[start - 1]
        text = above.text.strip()
        dressed = len(text) > 4 and set(text[:2]) <= RULES and set(text[-2:]) <= RULES
        if not dressed and not (above.depth and above.depth == lines[position].depth):
            break
        start = _note_end(lines, start - 1)
    return start


def _all_quoted(lines: Sequence[Line], position: int, end: int) -> bool:
    """Whether a mail is nothing but a quote: then it was passed on, for an empty reply makes no sense."""
    if any(not line.blank for line in lines[:position]):
        return False
    below = [line for line in lines[end:] if not line.blank]
    return bool(below) and all(line.depth > lines[position].depth for line in below)


def _skip_closing(lines: Sequence[Line], position: int) -> int:
    """Past what closes the header right below it: a rule (SquirrelMail) or the separator once more (Zoho Mail)."""
    if position >= len(lines) or lines[position].blank:
        return position
    return position + 1 if is_rule(lines[position]) or read_separator(lines[position].text)[0] else position


def _body_text(body: str, found: Found) -> str:
    rows = body.split("\n")
    if read_separator(rows[0])[0] is Separator.BEGUN:
        rows = rows[1:]
    if found.explicit and len(rows[-1]) > _SHORTEST_END and not rows[-1].strip("-"):
        rows = rows[:-1]  # KMail draws a line below
    body = join(rows)
    for i in range(len(rows) - 1, max(len(rows) - 5, -1), -1):
        if read_separator(rows[i])[0] is Separator.ENDED:
            body = join(rows[:i])
            break
    return (outdent(body) if found.attribution else body).lstrip(" \t")


def _message_id(value: str) -> str | None:
    begin, end = value.find("<"), value.find(">")
    inside = value[begin : end + 1]
    return inside if 0 <= begin < end and "@" in inside and not any(c.isspace() for c in inside) else None
