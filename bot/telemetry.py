"""What was decided: a line in the log for each, as `name=value`, and Prometheus' numbers under `/metrics`.

Ids, kinds and counts only: never a name, an address or a word of a mail. The numbers are this process's own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

__all__ = ["CONTENT_TYPE_LATEST"]

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0)

ARRIVALS = Counter("linkbot_arrivals", "Mails that were written down", ["way"])
CARDS = Counter("linkbot_cards", "Cards that were posted")
CARD_SECONDS = Histogram("linkbot_arrival_to_card_seconds", "From a mail's arrival to its card", buckets=SECONDS)
PRESSES = Counter("linkbot_presses", "Presses and submissions", ["action", "answer"])
OUTCOMES = Counter("linkbot_outcomes", "What became of a confirmed record", ["vendor", "outcome", "verified"])
LINK_SECONDS = Histogram("linkbot_press_to_verified_seconds", "From a press to verified links", buckets=SECONDS)
RETRIES = Counter("linkbot_retries", "Steps that were tried again", ["step", "code"])
SYNC_AGE = Gauge("linkbot_sync_age_seconds", "Since the copy of a CRM's directory was last complete", ["vendor"])
FIRST = Counter("linkbot_first_suggestion", "Whether the first suggestion was among what was confirmed", ["taken"])
CREATIONS = Counter("linkbot_creations", "What became of a creation", ["vendor", "state"])
REFUSALS = Counter("linkbot_refusals", "Requests that were refused at the door", ["reason"])

log = logging.getLogger("linkbot.decision")


def exposition() -> bytes:
    """All numbers in Prometheus' text format."""
    return generate_latest(REGISTRY)


def arrived(key: str, *, asked: bool) -> None:
    way = "asked" if asked else "channel"
    ARRIVALS.labels(way).inc()
    _say("arrival", key=key, way=way)


def shown(proposal_id: str, seconds: float) -> None:
    """A card was posted, so many seconds after its mail had arrived."""
    CARDS.inc()
    CARD_SECONDS.observe(seconds)
    _say("card", proposal=proposal_id, seconds=f"{seconds:.3f}")


def woken(proposal_id: str, records: int) -> None:
    """A mail that waited is open again, for so many records came that it names."""
    _say("woken", proposal=proposal_id, records=str(records))


def pressed(action: str, answer: str, proposal_id: str, user: str) -> None:
    PRESSES.labels(action, answer).inc()
    _say("press", action=action, answer=answer, proposal=proposal_id, user=user)


def suggested(proposal_id: str, first: object, picks: Iterable[object]) -> None:
    """A person confirmed `picks`, and `first` had been suggested first; None where nothing was."""
    taken = "nothing suggested" if first is None else "yes" if first in set(picks) else "no"
    FIRST.labels(taken).inc()
    _say("suggestion", proposal=proposal_id, taken=taken)


def ended(proposal_id: str, outcomes: Iterable[tuple[str, str, bool | None]], seconds: float) -> None:
    """An attempt ended, so many seconds after the press, with a vendor, an outcome and whether it was verified for
    each record."""
    known = list(outcomes)
    for vendor, outcome, verified in known:
        word = {True: "yes", False: "no", None: "unknown"}[verified]
        OUTCOMES.labels(vendor, outcome, word).inc()
        _say("outcome", proposal=proposal_id, vendor=vendor, outcome=outcome, verified=word, seconds=f"{seconds:.3f}")
    if known and all(verified for _, _, verified in known):
        LINK_SECONDS.observe(seconds)


def created(creation_id: str, vendor: str, state: str, calls: int) -> None:
    """An attempt to create a record ended; `calls` counts the calls of all its attempts."""
    CREATIONS.labels(vendor, state).inc()
    _say("creation", creation=creation_id, vendor=vendor, state=state, calls=str(calls))


def again(step: str, code: str) -> None:
    RETRIES.labels(step, code).inc()
    _say("retry", step=step, code=code)


def synced(vendor: str, at: float) -> None:
    """The copy of a CRM's directory was complete at that time (seconds since 1970), whichever process made it so."""
    SYNC_AGE.labels(vendor).set_function(lambda: time.time() - at)


def refused(reason: str) -> None:
    """Counted only; who refuses has a line of its own, and fewer of them than refusals."""
    REFUSALS.labels(reason).inc()


def _say(decision: str, **fields: str) -> None:
    told = " ".join(f"{name}={_quoted(value)}" for name, value in fields.items())
    log.info("decision=%s %s", decision, told)


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
