"""What goes into matching and what comes out: the words of a mail, and matches with their evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.records import Category, RecordRef


class Field(StrEnum):
    """The part of a record that a mail's words agree with."""

    EMAIL = "email"
    PHONE = "phone"
    REFERENCE = "reference"
    NAME = "name"
    COMPANY = "company"
    STREET = "street"
    CITY = "city"
    TITLE = "title"
    RELATED = "related"
    THREAD = "thread"
    ALIAS = "alias"
    SURNAME = "surname"  # the surname alone: the given name is another one, or is not there
    NEARBY = "nearby"  # the street alone, with another house number or none
    ELSEWHERE = "elsewhere"  # street and house number, in another town
    DOMAIN = "domain"  # only the domain of the sender's address
    # Why a record is shown and not ticked
    OTHER_CONTACT = "other_contact"  # the mail gives another address or number for this name
    ONLY_QUOTED = "only_quoted"  # only quoted history names the person
    OTHER_NUMBER = "other_number"  # it may be another kind of number
    OTHER_PLACE = "other_place"  # the mail speaks of it as where somebody lives, works or meets
    EVERYDAY = "everyday"  # everyday words, which need not be the name


# What agrees only in part: it finds a record worth a look, and leaves what the mail names to be found.
IN_PART = frozenset((Field.SURNAME, Field.NEARBY, Field.ELSEWHERE, Field.DOMAIN))


class PassageRole(StrEnum):
    """What a passage of a mail's text is, where the mail's form says so."""

    HOME = "home"  # somebody's own postal address: it leads to no property
    PLACE = "place"  # where somebody lives, works or meets, as a sentence says: a property there is not ticked
    REFERENCE = "reference"  # the office's own number of a property
    NUMBER = "number"  # a number of somebody else's, such as a portal's: no record's


class Ticks(StrEnum):
    """What of a mail may be ticked: all that it means, only who it comes from, or nothing."""

    ALL = "all"
    SENDER = "sender"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a mail's text with its role; `start` and `end` are places in the text."""

    role: PassageRole
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MailWords:
    """What matching sees of a mail: who wrote it to whom, and its text (newest part first, quoted history after).

    `forwarders` are the own people (name, address) who passed it on: like staff, they are nobody's customer. `thread`
    holds the records that earlier mails of the same thread were linked to: strong evidence for them. `passages` are
    parts of the text of which it is known what they are, and `ticks` says what a mail that no person wrote may tick.

    Words count by where they stand: the sender's most, then the subject, the newest text, quoted history, recipients,
    signatures and disclaimers.
    """

    sender_name: str = ""
    sender_address: str = ""
    reply_to: tuple[tuple[str, str], ...] = ()
    recipients: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    text: str = ""
    forwarders: tuple[tuple[str, str], ...] = ()
    thread: frozenset[RecordRef] = frozenset()
    passages: tuple[Passage, ...] = ()
    ticks: Ticks = Ticks.ALL

    @classmethod
    def from_headers(cls, from_: str, to: str, subject: str, text: str) -> MailWords:
        """A mail from raw header strings (`"Mustermann, Max" <max@example.org>`); never raises."""
        name, address = next(iter(_addresses(from_)), ("", ""))
        return cls(name, address, (), _addresses(to), subject, text)


_LONGEST_HEADER = 10_000


def _addresses(header: str) -> tuple[tuple[str, str], ...]:
    """(name, address) pairs. Other than the library's parser it takes `Mustermann, Max <…>` for one person."""
    header = header[:_LONGEST_HEADER]
    if "<" in header:
        found, name = [], ""
        for part in header.split("<"):
            address, bracket, after = part.partition(">")
            if bracket:
                found.append((name.strip(' \t\r\n,;"'), address.strip()))
                name = after
            else:
                name += part
        return tuple(found)
    plain = [part.strip() for part in re.split("[,;]", header)]
    if any("@" in part for part in plain):
        return tuple(("", part) for part in plain if "@" in part)
    return ((header.strip(), ""),) if header.strip() else ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a record was matched: `mail` are the mail's words, `record` the record's, `similarity` is 0..1.

    `span` is where the words stand in `MailWords.text` (start, end), or None when they stand in the headers.
    """

    field: Field
    mail: str
    record: str
    similarity: float
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A record that a mail mentions.

    `probability` is the chance that the mail means this record or one that its words cannot tell from it; `selected`
    says whether to tick it for the person: never for one of several equals.
    """

    ref: RecordRef
    name: str
    category: Category
    probability: float
    selected: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """When a match is shown and when it is ticked.

    `show` and `tick` are probabilities; `lead` is by how many bits of evidence a ticked match must be ahead of every
    other record that claims the same words (one bit: twice as likely).
    """

    tick: float = 0.9
    lead: float = 1.25
    show: float = 0.03
