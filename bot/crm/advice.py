"""What to tell whoever sets Linkbot up: for `linkbot doctor`. A CRMError's own sentence is for people in Slack."""

from __future__ import annotations

import logging
from typing import NamedTuple

from bot.crm.port import Check, CRMError
from bot.language import words

log = logging.getLogger(__name__)

REPORT = "Run linkbot doctor --verbose, and report the code that it says to the makers of Linkbot."


class Advice(NamedTuple):
    """What is wrong, and what to do."""

    detail: str
    remedy: str


def failed(name: str, error: CRMError, known: Advice | None, addresses: str) -> Check:
    """The line about a question that was not answered. `known` is what the vendor's own code means, `addresses` names
    the settings that say where the vendor is. The code itself is only for the log."""
    log.debug("%s: code %s", name, error.code)
    return Check(name, False, *(known or _without_a_code(error, addresses)))


def _without_a_code(error: CRMError, addresses: str) -> Advice:
    """What errors mean that are not the vendor's own: see `bot.crm.http`."""
    if not error.permanent:
        return Advice(words()(error.message), f"If it stays so, check the network, and {addresses} where set.")
    if type(error) is CRMError:
        return Advice("there is no such service at the address that is set", f"Correct or remove {addresses}.")
    return Advice("the question was refused for a reason that Linkbot does not know", REPORT)
