"""From fits to matches: records compete for the same words, and evidence becomes a probability and a tick."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import exp, log2
from operator import mul

from bot.matching.everyday import Meant
from bot.matching.weigh import SHOWN_ONLY, Fit, Form
from bot.matching.words import Field, Selection
from bot.records import Category

_TIE = 1.0  # bits
_ALONE = 90.0  # bits ahead: nothing else claims the same words
FAR_BEHIND = 10.0  # bits: what is so far behind a better record for the same words is not shown
_PERHAPS = 0.5  # of the probability is left where only a number speaks for a record that may be another kind of number
_AT_MOST = 0.5  # probability of what is only nearly what a mail names
_CROWD = 4  # of records that the same bare surname or the same title fits, so many are shown

# Borders of the steps in which evidence counts, in bits (and words)
_MARGIN = (-15.0, -8.0, -4.0, 0.0, 4.0, 10.0, 20.0)
_WORTH = (-15.0, -6.0, 0.0, 8.0)
_SLIPS = (0.0, 8.0, 20.0)
_AGAINST = (0.0, 4.0, 8.0, 14.0)
_BEHIND = (0.0, 1.0, 4.0, 10.0)
_WORDS = (1.0, 2.0, 4.0)
_OTHERS = (0.0, 1.0, 4.0, 10.0)
FOR = slice(1, 8)
AGAINST = slice(8, 26)
# The field whose words a form of mention is about
_OWN = {
    Form.NAME: Field.NAME, Form.SURNAME: Field.NAME, Form.COMPANY: Field.NAME, Form.DEAL: Field.NAME,
    Form.ADDRESS: Field.STREET, Form.TITLE: Field.TITLE,
}  # fmt: skip
_NAMES = frozenset(_OWN.values())


class Place(StrEnum):
    """Where a record stands among those that the same words fit, and how it is spelt if none is better."""

    AS_STORED = "as stored"
    MISSPELT = "misspelt"
    BEHIND = "behind"


@dataclass(slots=True)
class Verdict:
    """A fit after the competition: `behind` are the bits that a better record for the same words has more, `ahead`
    those that the next has less; `rivals` counts the records that are as good and those ahead, `equals` all that are
    as good."""

    fit: Fit
    behind: float = 0.0
    ahead: float = 99.0
    rivals: int = 0
    equals: int = 0
    probability: float = 0.0
    selected: bool = False


# Records about a piece of business: they carry the names of the people and properties that it is about.
BUSINESS = frozenset((Category.DEAL, Category.OTHER))


def decide(fits: list[Fit], population: float, selection: Selection, limit: int) -> list[Verdict]:
    """Verdicts, best first. `population` is log2 of the number of records."""
    verdicts = compete(fits)
    shown: list[Verdict] = []
    for verdict in verdicts:
        if verdict.behind > FAR_BEHIND or crowded(verdict):
            continue
        verdict.probability = probability(verdict, population)
        if verdict.fit.doubted and verdict.fit.form is Form.SIGN:
            verdict.probability *= _PERHAPS
        street_alone = verdict.fit.bare and verdict.fit.form is Form.ADDRESS  # seldom right, but worth a look
        if verdict.probability < selection.show and not street_alone:
            continue
        verdict.selected = (
            verdict.probability >= selection.tick
            and not verdict.fit.weak
            and not verdict.fit.doubted
            and verdict.fit.form not in SHOWN_ONLY
            and verdict.fit.meant is Meant.BY_NAME
            and verdict.ahead >= selection.lead
            and verdict.behind == 0
        )
        shown.append(verdict)
    return _in_order(shown)[:limit]


def suggest(shown: list[Verdict], nearly: list[Fit], population: float, limit: int) -> list[Verdict]:
    """What is shown, with what is only nearly what the mail names: never ticked."""
    found = compete(nearly)
    for verdict in found:
        verdict.probability = min(_AT_MOST, probability(verdict, population))
    return _in_order([*shown, *found])[:limit]


def _in_order(verdicts: list[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda v: (-round(v.probability, 2), -v.fit.score, v.fit.record.ref))


def compete(fits: list[Fit]) -> list[Verdict]:
    """Each fit against the better ones that explain the same words."""
    fits = sorted(fits, key=lambda fit: (-fit.score, fit.record.ref))
    verdicts: list[Verdict] = []
    claimants: dict[int, list[int]] = {}  # word of the mail → who explains it
    sayers: dict[str, list[int]] = {}  # word as spelt → who explains it, wherever it stands
    for fit in fits:
        verdict = Verdict(fit)
        here = {i for k in fit.claims for i in claimants.get(k, ())}
        elsewhere = _said_elsewhere(fit, verdicts, sayers)
        for i in sorted(here | elsewhere):
            other = verdicts[i]
            if i in elsewhere or _overlap(fit, other.fit) > 0.5:
                lead = _lead(other.fit, fit)
                if _in_both_crms(fit, other.fit, lead):
                    continue
                leader, loser = (other, verdict) if lead >= 0 else (verdict, other)
                loser.behind = max(loser.behind, abs(lead))
                leader.ahead = min(leader.ahead, abs(lead))
                loser.rivals += 1
                if abs(lead) < _TIE:
                    loser.ahead = 0.0
                    leader.equals += 1
                    loser.equals += 1
        for k in fit.claims:
            claimants.setdefault(k, []).append(len(verdicts))
        for word in fit.said:
            sayers.setdefault(word, []).append(len(verdicts))
        verdicts.append(verdict)
    return verdicts


def _lead(one: Fit, other: Fit) -> float:
    """How many bits more likely the same words are to mean one record than the other.

    Rarity says how unlikely words are to stand there by chance. It does not help to choose between two records that
    both explain them: there only what each leaves unexplained counts, and what stands beside the words: the company
    of one of two people of the same surname.
    """
    same = one.claims.keys() == other.claims.keys() or (one.said == other.said and one.said)
    if same and not (one.exact or other.exact):
        unexplained = (other.slips + other.missing + other.against) - (one.slips + one.missing + one.against)
        return unexplained + one.beside - other.beside
    lead = one.score - other.score
    if one.claims.keys() < other.claims.keys() and other.slips < one.slips and not one.exact:
        return min(lead, other.slips - one.slips)  # "Krarn Ke" is Krarnke, and not a rare Kränn beside a word too many
    return lead


def _in_both_crms(one: Fit, other: Fit, lead: float) -> bool:
    """Whether two records are the same person or thing as two CRMs have it: no rivals, each may be linked."""
    if one.record.ref.vendor == other.record.ref.vendor:
        return False
    return abs(lead) < _TIE or (one.form is Form.SIGN and other.form is Form.SIGN)


def _said_elsewhere(fit: Fit, verdicts: list[Verdict], sayers: dict[str, list[int]]) -> set[int]:
    """The better records of the same kind that explain all that speaks for a fit, though at another place of the mail.

    Who is named twice is one person: a sender "Emily Karter" is not Emily Carter at the mail's end. What has an
    identifier of its own is meant.
    """
    if fit.bare or not fit.said or min(fit.claims) < 0:
        return set()
    some = min((sayers.get(word, []) for word in fit.said), key=len)
    return {
        i for i in some if fit.said <= verdicts[i].fit.said and fit.record.category is verdicts[i].fit.record.category
    }


def _overlap(fit: Fit, better: Fit) -> float:
    """The share of a fit's claimed bits that stand on words which a better fit explains, too."""
    mine, theirs = fit.record.category, better.record.category
    if (
        mine is not theirs
        and not BUSINESS.isdisjoint((mine, theirs))
        and Form.TITLE not in (fit.form, better.form)
        and not (mine in BUSINESS and fit.missing)
    ):
        return 0.0  # a deal about a property names the property: both are meant
    total = sum(fit.claims.values())
    if not total:
        return 0.0
    claims = better.claims
    if fit.claims.keys() <= claims.keys():  # as of namesakes
        return 1.0
    return sum([bits for k, bits in fit.claims.items() if k in claims]) / total


def features(verdict: Verdict, population: float) -> list[float]:
    """What the probability is made from: evidence against what it takes to pick one record, how the words are spelt,
    and the competition.

    All are bounded, and free of the directory's language; its size is one of them. What does not count evenly is cut
    into steps, each with a weight of its own. First comes what never speaks against a record (`FOR`), then what never
    speaks for it (`AGAINST`).
    """
    fit = verdict.fit
    own = [part for part in fit.parts if part.field is _OWN.get(fit.form)]
    exact = sum(part.record in fit.said for part in own)
    initials = sum(part.record not in fit.said and part.record[0] in fit.said for part in own)
    words = [k for k in fit.claims if k >= 0]
    between = max(words) - min(words) + 1 - len(words) if words else 0
    least = min((part.bits for part in fit.parts if part.field in _NAMES), default=0.0)
    fields = {part.field for part in fit.parts}
    return [
        1.0,
        *_steps(fit.score - population, _MARGIN),
        min(10.0, fit.exact / 4.0),
        # against
        *_steps(fit.slips, _SLIPS),
        *_steps(fit.against, _AGAINST),
        *_steps(verdict.behind, _BEHIND),
        *_steps(log2(1.0 + fit.others), _OTHERS),
        min(12.0, fit.missing),
        min(3.0, float(between)),
        float(fit.slips > 0),
        float(fit.missing > 0),
        float(fit.against > 0),
        float(fit.weak),
        float(fit.bare),
        # either
        *_steps(fit.total - population, _WORTH),
        *_steps(float(len(words)), _WORDS),
        min(4.0, float(verdict.rivals)),
        log2(1.0 + verdict.equals),
        population / 20.0,
        float(initials > 0),
        min(3.0, float(len(own) - exact - initials)),
        float(not exact),
        min(8.0, least),
        float(len(fit.words.given) > 1),
        float(verdict.ahead < _TIE),
        float(verdict.ahead < _ALONE),
        float(fit.formal),
        float(fit.addressed),
        float(Field.COMPANY in fields),
        float(Field.CITY in fields),
    ]


def _steps(value: float, borders: Sequence[float]) -> list[float]:
    """How much of a value lies between each border and the next."""
    return [0.0 if value <= low else (high if value >= high else value) - low for low, high in pairwise(borders)]


def place(verdict: Verdict) -> Place:
    """Where a record stands in the competition; each place has weights of its own."""
    if verdict.behind > _TIE:
        return Place.BEHIND
    return Place.MISSPELT if verdict.fit.slips > 0 else Place.AS_STORED


def crowded(verdict: Verdict) -> bool:
    """Whether enough others are shown that the same bare surname or title fits."""
    return (verdict.fit.bare or verdict.fit.form is Form.TITLE) and verdict.rivals >= _CROWD


def probability(verdict: Verdict, population: float) -> float:
    """The chance that the mail means this record (or one that its words cannot tell from it)."""
    weights = calibration()[verdict.fit.form][place(verdict)]
    x = sum(map(mul, weights, features(verdict, population)))
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, x))))


@lru_cache(maxsize=1)
def calibration() -> dict[Form, dict[Place, list[float]]]:
    """Weights of the features for each form of mention and place, made by `benchmarks/calibrate_matching.py`."""
    raw = json.loads(files("bot.matching").joinpath("calibration.json").read_text("utf-8"))
    return {form: {where: raw["weights"][form][where] for where in Place} for form in Form}
