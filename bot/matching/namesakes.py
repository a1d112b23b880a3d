"""Namesakes: a person whose name a mail bears, and whose addresses and numbers it contradicts; and third persons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.matching.find import Sight
from bot.matching.normal import email_keys, phone_key
from bot.matching.reading import Reading
from bot.matching.signs import Sign, Zone
from bot.matching.tables import COMMON, FREEMAIL, PARTICLES, SALUTATIONS, TITLES
from bot.matching.weigh import Fit
from bot.matching.words import Field, MailWords
from bot.matching.zones import begins_quote
from bot.records import Category

OTHER_CONTACT = 8.0  # bits against somebody whom another address and another number stand beside
_HEADERS = frozenset((Zone.SENDER, Zone.RECIPIENT))
_ELSEWHERE = frozenset((Zone.SENDER, Zone.SUBJECT, Zone.TEXT, Zone.SIGNATURE, Zone.RECIPIENT))
# What tells that the namesake is meant all the same.
_SPEAKS_FOR = frozenset((Field.COMPANY, Field.STREET, Field.THREAD, Field.RELATED, Field.ALIAS))
_BLOCK_LINES, _BLOCK_LINE = 10, 70  # lines below a name that belong to it, and characters of a line that is no prose
_NAME_WORDS = 6
_SENTENCE_ENDS = re.compile(r"(?:[^\W\d_]{4,}\.|[!?])\s+[^\W\d_a-zäöüß]")
_LABEL = re.compile(r"^[>\s*|•-]*[^\W\d_][\w /.-]{1,40}:")
_HEADER_LINE = re.compile(
    r"^[>\s*]*(?:Von|From|De|Da|An|To|À|Cc|Kopie|Antwort an|Reply-To|Absender|Sender)\s*:", re.IGNORECASE
)
_RELAY_WORDS = re.compile(r"no.?reply|do.?not.?reply|nicht.?antworten|mailer.?daemon|postmaster|notification|relay")
_RANDOM = re.compile(r"[a-z\d]{10,}")
_CHANGES = re.compile(r"(?<=\d)[a-z]|(?<=[a-z])\d")
_PHONE = re.compile(r"[ (]*(?:\+|0)")  # else it may be a date
_RANDOM_CHANGES = 4  # from letters to digits and back in a relay's address: 10zi7wqzf03a4


def doubt_namesakes(fits: Iterable[Fit], mail: MailWords, sight: Sight, *, own: frozenset[str], region: str) -> None:
    """Mark the people who are never to be ticked: those whom other addresses belong to than the mail's, and third
    persons in quoted history. `own` are the addresses of own people."""
    third: bool | None = None
    for fit in fits:
        if fit.record.category is not Category.PERSON or fit.doubted or fit.weak:
            continue
        if _only_quoted(fit, sight):
            third = _from_outside(mail, sight.reading, own) if third is None else third
            fit.doubted = Field.ONLY_QUOTED if third else None
        elif not _certain(fit) and not any(part.field in _SPEAKS_FOR for part in fit.parts):
            _contradict(fit, sight.reading, region)


def _from_outside(mail: MailWords, reading: Reading, own: frozenset[str]) -> bool:
    """Whether somebody outside wrote the mail, or a mail that it quotes: next to them others are third persons."""
    first = [address for _, address in mail.recipients[:1]]
    house = {key.rpartition("@")[2] for address in (*first, *own) for key in email_keys(address)} - FREEMAIL
    senders = [(mail.sender_name, mail.sender_address), *mail.reply_to]
    keys = {key for _, address in senders for key in email_keys(address)} - own
    keys |= {
        key.removeprefix("e:")
        for sign in reading.signs
        if sign.zone is Zone.QUOTED and _header_line(_line(reading.sources[sign.source], sign.start))
        for key in sign.keys
        if key.startswith("e:")
    }
    return any(key.rpartition("@")[2] not in house for key in keys)


def _certain(fit: Fit) -> bool:
    """Whether an identifier of the person stands in the mail."""
    return any(part.sign is not None and not part.record.startswith("@") for part in fit.parts)


def _only_quoted(fit: Fit, sight: Sight) -> bool:
    """Whether only quoted history names somebody, and not as who wrote it: "Den Schlüssel hat Frau Lorenzen"."""
    reading = sight.reading
    if any(part.field in (Field.THREAD, Field.ALIAS) for part in fit.parts):
        return False
    zones = {part.sign.zone for part in fit.parts if part.sign is not None}
    zones |= {reading.zones[k] for k in fit.claims if k >= 0}
    if not zones or zones != {Zone.QUOTED}:
        return False
    for family in fit.words.family:
        for first, _, _ in sight.seen.get(family, ()):
            if reading.zones[first] in _ELSEWHERE or _names_a_participant(reading, first):
                return False
    return not any(
        part.sign is not None and _header_line(_line(reading.sources[part.sign.source], part.sign.start))
        for part in fit.parts
    )


def _names_a_participant(reading: Reading, k: int) -> bool:
    """Whether a word stands in the line above a quoted mail, which says who wrote it to whom."""
    return _header_line(_line(reading.sources[reading.source[k]], reading.starts[k]))


def _header_line(line: str) -> bool:
    return bool(_HEADER_LINE.match(line)) or begins_quote(line.lstrip("> \t"))


def _contradict(fit: Fit, reading: Reading, region: str) -> None:
    """Doubt somebody of whom the mail states other addresses and numbers than the record has."""
    emails = {key for address in fit.record.emails for key in email_keys(address)}
    phones = {key for phone in fit.record.phones if (key := phone_key(phone, region))}
    if not emails and not phones:
        return
    stated = list(_stated(reading, min(k for k in fit.claims if k >= 0)))
    other_email = bool(emails) and _others(stated, "e:", emails)
    other_phone = bool(phones) and _others(stated, "p:", phones)
    if other_email or other_phone:
        fit.doubted = Field.OTHER_CONTACT
    if other_email and other_phone:
        fit.against += OTHER_CONTACT


def _others(stated: list[Sign], kind: str, known: set[str]) -> bool:
    """Whether addresses (or numbers) are stated and none is known; one of the same house counts as known."""
    keys = {key.removeprefix(kind) for sign in stated for key in sign.keys if key.startswith(kind)}
    if kind == "e:":
        keys = {key for key in keys if not _relay(key)}
        houses = {key.rpartition("@")[2] for key in known} - FREEMAIL
        if any(key.rpartition("@")[2] in houses for key in keys):
            return False
    return bool(keys) and keys.isdisjoint(known)


def _relay(address: str) -> bool:
    """Whether an address is nobody's own: a portal's that passes mails on."""
    local = address.rpartition("@")[0]
    return bool(_RELAY_WORDS.search(local)) or any(
        len(_CHANGES.findall(token)) >= _RANDOM_CHANGES for token in _RANDOM.findall(local)
    )


def _stated(reading: Reading, k: int) -> Iterator[Sign]:
    """The addresses and numbers that a mail states for the person whose name begins with word `k`."""
    source = reading.source[k]
    if reading.zones[k] in _HEADERS:  # an address stands right before its name
        yield from (sign for sign in reading.signs if sign.source in (source, source - 1) and sign.zone in _HEADERS)
        return
    text, start = reading.sources[source], reading.starts[k]
    begin, end = _block(text, start)
    for sign in reading.signs:
        here = sign.source == source and begin <= sign.start < end and sign.zone is reading.zones[k]
        if here and (sign.keys[0].startswith("e:") or _PHONE.match(text, sign.start)):
            yield sign


def _block(text: str, start: int) -> tuple[int, int]:
    """Where what is said of a name stands: in a sentence to its end; in a form or a signature also in lines nearby."""
    line = _line(text, start)
    begin = text.rfind("\n", 0, start) + 1
    if not _name_alone(line):
        ends = _SENTENCE_ENDS.search(text, start, begin + len(line))
        return start, ends.start() if ends else begin + len(line)
    end = begin + len(line)
    blank = 0
    for below in text[end + 1 : end + 1 + _BLOCK_LINES * (_BLOCK_LINE + 1)].split("\n")[:_BLOCK_LINES]:
        blank = 0 if below.strip("> \t\r") else blank + 1
        if blank > 1 or len(below) > _BLOCK_LINE or begins_quote(below.lstrip("> \t")):
            break
        end += len(below) + 1
    if _LABEL.match(line):
        for above in reversed(text[:begin].split("\n")[-1 - _BLOCK_LINES : -1]):
            if not _LABEL.match(above) and above.strip():
                break
            begin -= len(above) + 1
    return max(0, begin), end


def _line(text: str, start: int) -> str:
    begin = text.rfind("\n", 0, start) + 1
    end = text.find("\n", start)
    return text[begin : end if end >= 0 else len(text)]


def _name_alone(line: str) -> bool:
    """Whether a line is a name, perhaps behind a label: of a form, or of a signature."""
    label = _LABEL.match(line)
    found = (line[label.end() :] if label else line).strip("> \t\r*|,").split()
    return 0 < len(found) <= _NAME_WORDS and all(word[0].isupper() or word.casefold() in _SMALL for word in found)


_SMALL = PARTICLES | TITLES | SALUTATIONS | COMMON
