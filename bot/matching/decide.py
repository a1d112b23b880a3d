"""From fits to matches: records compete for the same words, and evidence becomes a probability and a tick."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from bot.matching.weigh import Fit
from bot.matching.words import Thresholds
from bot.records import Category


@dataclass(slots=True)
class Verdict:
    """A fit after the competition: `behind` is how many bits a better record for the same words has more."""

    fit: Fit
    behind: float = 0.0
    ahead: float = 99.0
    probability: float = 0.0
    selected: bool = False


def decide(fits: list[Fit], population: float, thresholds: Thresholds, limit: int) -> list[Verdict]:
    """Verdicts, best first. `population` is log2 of the number of records."""
    fits = sorted(fits, key=lambda fit: (-fit.score, fit.record.ref))
    verdicts: list[Verdict] = []
    for fit in fits:
        verdict = Verdict(fit)
        for other in verdicts:
            if _overlap(fit, other.fit) > 0.5:
                lead = other.fit.score - fit.score
                verdict.behind = max(verdict.behind, lead)
                other.ahead = min(other.ahead, lead)
                verdict.ahead = min(verdict.ahead, 0.0) if lead < thresholds.lead else verdict.ahead
        verdicts.append(verdict)
    for verdict in verdicts:
        verdict.probability = probability(verdict, population)
        verdict.selected = (
            verdict.probability >= thresholds.tick
            and not verdict.fit.weak
            and verdict.ahead >= thresholds.lead
            and verdict.behind < thresholds.lead
        )
    shown = [v for v in verdicts if v.probability >= thresholds.show and v.behind < 8.0]
    shown.sort(key=lambda v: (-v.probability, -v.fit.score, v.fit.record.ref))
    return shown[:limit]


def _overlap(fit: Fit, better: Fit) -> float:
    """The share of a fit's claimed bits that stand on words which a better fit of the same kind explains, too."""
    mine = fit.record.category
    theirs = better.record.category
    if Category.DEAL in (mine, theirs) and mine is not theirs:
        return 0.0
    total = sum(fit.claims.values())
    if not total:
        return 0.0
    return sum(bits for k, bits in fit.claims.items() if k in better.claims) / total


def probability(verdict: Verdict, population: float) -> float:
    """The chance that the mail means this record (or its namesake)."""
    fit = verdict.fit
    margin = min(fit.score - population, 20.0)
    x = 0.45 * (margin + 3.0) + 4.0 * (fit.coverage - 0.8) - 0.6 * verdict.behind - (2.5 if fit.weak else 0.0)
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, x))))
