"""What to tell whoever sets Linkbot up: for `linkbot doctor`. A CRMError's own sentence is for people in Slack."""

from __future__ import annotations

import logging
from typing import NamedTuple

from bot.crm.port import Check, CRMError
from bot.language import Sentence, Value, sentence, words

log = logging.getLogger(__name__)

REPORT = sentence("doctor.report")


class Advice(NamedTuple):
    """What is wrong, and what to do."""

    detail: Sentence
    remedy: Sentence


def failed(name: Sentence, error: CRMError, known: Advice | None, addresses: Value) -> Check:
    """The line about a question that was not answered. `known` is what the vendor's own code means, `addresses` names
    the settings that say where the vendor is. The code itself is only for the log."""
    log.debug("%s: code %s", words()(name), error.code)
    return Check(name, False, *(known or _without_a_code(error, addresses)))


def _without_a_code(error: CRMError, addresses: Value) -> Advice:
    """What errors mean that are not the vendor's own: see `bot.crm.http`."""
    if not error.permanent:
        return Advice(error.message, sentence("doctor.check_network", addresses=addresses))
    if type(error) is CRMError:
        return Advice(sentence("doctor.no_service"), sentence("doctor.correct_address", addresses=addresses))
    return Advice(sentence("doctor.refused"), REPORT)
