"""How well one record fits a mail: evidence in bits for what agrees, against it for what is missing or contradicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.matching.described import Described
from bot.matching.everyday import NOT_MEANT, Meant
from bot.matching.find import Sight
from bot.matching.index import Index
from bot.matching.leads import Spot
from bot.matching.signs import Sign, Zone
from bot.matching.words import Field
from bot.records import Record

ZONE_BITS = {
    Zone.SENDER: 2.0, Zone.SUBJECT: 1.0, Zone.TEXT: 0.0, Zone.QUOTED: -1.0, Zone.SIGNATURE: -3.0, Zone.RECIPIENT: -2.0,
    Zone.DISCLAIMER: -6.0,
}  # fmt: skip
ANCHORS = 6  # places of one word that are tried


class Form(StrEnum):
    """How a mail mentions a record; each form has its own calibration."""

    NAME = "name"  # a person's given name and surname
    SURNAME = "surname"
    ADDRESS = "address"
    COMPANY = "company"
    TITLE = "title"
    DEAL = "deal"
    SIGN = "sign"  # an e-mail address, a phone number, an external number
    DOMAIN = "domain"  # only the domain of an e-mail address
    NEAR_PERSON = "near person"  # a name that is nearly a person's, and so on
    NEAR_PLACE = "near place"
    NEAR_COMPANY = "near company"
    NEAR_SIGN = "near sign"  # a phone number without its plus, the domain of a company


# What is only nearly a record's is shown and never ticked, whatever else speaks for it.
SHOWN_ONLY = frozenset((Form.NEAR_PERSON, Form.NEAR_PLACE, Form.NEAR_COMPANY, Form.NEAR_SIGN))


@dataclass(slots=True)
class Part:
    """A field of the record and the words of the mail (indices, inclusive) that agree with it."""

    field: Field
    first: int
    last: int
    record: str
    bits: float
    sign: Sign | None = None


@dataclass(slots=True)
class Fit:
    """How one record fits, in bits: `gain` of what agrees, `missing` of what does not stand there, `against` of what
    contradicts, `exact` of identifiers. `claims` are the bits of each word it explains, `said` those words as the mail
    spells them, wherever they stand; `absent` are words of the record that do not stand there, with the bits they
    cost."""

    row: int
    record: Record
    words: Described
    form: Form = Form.NAME
    gain: float = 0.0
    missing: float = 0.0
    against: float = 0.0
    exact: float = 0.0
    beside: float = 0.0  # of `gain`: the company that stands beside a name, which tells namesakes apart
    slips: float = 0.0  # bits that spelling cost
    lost: float = 0.0  # bits of words that are missing
    total: float = 0.0  # what its words would be worth if all stood there as stored
    weak: bool = False  # a bare surname, a street without its number, half a title: says little however rare
    bare: bool = False  # a bare surname, or a street without its number
    formal: bool = False  # a company's legal form stands behind its name
    elsewhere: bool = False  # the mail puts this address in another town
    addressed: bool = False  # "Herr", "Frau", … stands before the surname
    doubted: Field | None = None  # what says that it may be another one: shown, and never ticked
    meant: Meant = Meant.BY_NAME  # of a name made of everyday words: whether the mail means it
    others: int = 0  # records whose word it is that stands where one of this record is taken to be misspelt
    parts: list[Part] = field(default_factory=list)
    claims: dict[int, float] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    absent: dict[str, tuple[float, float]] = field(default_factory=dict)  # word → (missing, lost)

    @property
    def score(self) -> float:
        """Evidence for minus evidence against."""
        return self.gain + self.exact - self.missing - self.against

    def confirm(self) -> None:
        """Take a name made of everyday words that stands there as written for meant: something else says so."""
        if self.meant is Meant.AS_WRITTEN:
            self.against = max(0.0, self.against - NOT_MEANT[self.meant])
            self.meant = Meant.BY_NAME

    def use(self, spot: Spot, kind: Field, word: str, worth: float) -> None:
        """Count a word of the record as found at a spot."""
        first, last, cost = spot
        self.slips += cost
        for k in range(first, last + 1):
            self.claims[k] = worth if k == first else 0.1
        self.gain += worth
        self.parts.append(Part(kind, first, last, word, worth))


class View:
    """A mail and the vocabulary, with the questions that weighing asks of them."""

    def __init__(self, sight: Sight, index: Index) -> None:
        self.seen = sight.seen
        self.reading = sight.reading
        self.vocabulary = index.vocabulary
        self.population = index.population
        self.bits = index.vocabulary.bits

    def near(self, word: str, spot: Spot, before: int, after: int, taken: dict[int, float]) -> Spot | None:
        """The cheapest and then nearest place of a word from `before` places before a spot to `after` behind it."""
        spots = self.seen.get(word)
        if not spots:
            return None
        places = self.reading.places
        here = places[spot[0]]
        best: Spot | None = None
        best_rank = (99.0, 99)
        for other in spots:
            distance = places[other[0]] - here
            if -before <= distance <= after and other[0] not in taken:
                rank = (other[2], abs(distance))
                if rank < best_rank:
                    best, best_rank = other, rank
        return best

    def spots(self, word: str) -> list[Spot]:
        """The cheapest few places of a word."""
        spots = self.seen.get(word, [])
        return spots if len(spots) <= ANCHORS else sorted(spots, key=lambda spot: spot[2])[:ANCHORS]

    def zone_bits(self, spot: Spot) -> float:
        """What the part of the mail adds or takes."""
        return ZONE_BITS[self.reading.zones[spot[0]]]
