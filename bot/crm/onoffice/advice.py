"""What onOffice's errors mean to whoever sets Linkbot up."""

from __future__ import annotations

from functools import cache

from bot.crm import advice
from bot.crm.advice import Advice
from bot.crm.onoffice import errors
from bot.crm.onoffice.errors import Meaning, OnOfficeError
from bot.crm.port import Check, CRMError
from bot.language import Sentence, sentence

ADDRESSES = "ONOFFICE_API_URL"
RIGHTS = sentence("onoffice.advice.rights")
ASSIGN = sentence("onoffice.advice.assign")
KIND = sentence("onoffice.advice.kind")
ACCESS = Advice(
    sentence("onoffice.advice.access"),
    sentence("onoffice.advice.copy_access"),
)
# One code stands for all that mean the same (`errors.json`).
_OF_GROUP = {
    158: Advice(sentence("onoffice.advice.network"), sentence("onoffice.advice.allow_network")),
    193: Advice(
        sentence("onoffice.advice.marketplace"),
        sentence("onoffice.advice.ordinary_user"),
    ),
    136: Advice(
        sentence("onoffice.advice.clock"),
        sentence("onoffice.advice.set_clock"),
    ),
    50: Advice(sentence("onoffice.advice.not_assigned"), ASSIGN),
    131: Advice(sentence("onoffice.advice.right_missing"), RIGHTS),
    23: Advice(
        sentence("onoffice.advice.not_offered"),
        sentence("onoffice.advice.ask_onoffice"),
    ),
    100: Advice(sentence("onoffice.advice.no_kind"), KIND),
    75: Advice(sentence("onoffice.advice.no_field"), advice.REPORT),
}


@cache
def _known() -> dict[Meaning, Advice]:
    return {errors.meaning(code): each for code, each in _OF_GROUP.items()}


def known(error: CRMError) -> Advice | None:
    """What an error of onOffice's own means; None for others, and for those that pass."""
    if not isinstance(error, OnOfficeError):
        return None
    found = _known().get(errors.meaning(error.number))
    return found or (ACCESS if error.kind is errors.Kind.CREDENTIALS else None)


def failed(name: Sentence, error: CRMError) -> Check:
    """The line about a question that onOffice did not answer."""
    return advice.failed(name, error, known(error), ADDRESSES)
