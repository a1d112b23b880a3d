"""What onOffice's errors mean to whoever sets Linkbot up."""

from __future__ import annotations

from functools import cache

from bot.crm import advice
from bot.crm.advice import Advice
from bot.crm.onoffice import errors
from bot.crm.onoffice.errors import Meaning, OnOfficeError
from bot.crm.port import Check, CRMError

ADDRESSES = "ONOFFICE_API_URL"
RIGHTS = (
    "Give Linkbot's API user in onOffice the right to read all addresses and properties; 'only own' and "
    "'published on the website only' hide the others."
)
ASSIGN = "Assign the mailbox to Linkbot's API user: in onOffice Extras → Settings → Basic settings → E-mail."
KIND = "Set ONOFFICE_ACTIVITY_KIND and ONOFFICE_ACTIVITY_TYPE to one of those that there are."
ACCESS = Advice(
    "the token or the secret is not accepted",
    "Copy both from onOffice (Extras → Settings → User → API) into ONOFFICE_TOKEN and ONOFFICE_SECRET.",
)
# One code stands for all that mean the same (`errors.json`).
_OF_GROUP = {
    158: Advice(
        "this network address is not let in", "In onOffice, allow the address of the computer that runs Linkbot."
    ),
    193: Advice(
        "the access is taken for one of a marketplace provider",
        "Make an ordinary API user in onOffice, and set ONOFFICE_TOKEN and ONOFFICE_SECRET to its token and secret.",
    ),
    136: Advice(
        "the clock here is wrong by more than two minutes, so calls are refused",
        "Have the clock set (time synchronisation).",
    ),
    50: Advice("the mailbox is not assigned to Linkbot's API user", ASSIGN),
    131: Advice("Linkbot's API user lacks a right", RIGHTS),
    23: Advice(
        "this onOffice does not offer what Linkbot needs here",
        "Ask onOffice whether the API is enabled for e-mails, addresses and properties.",
    ),
    100: Advice("the kind or type of activity is not there", KIND),
    75: Advice("a field is not there", advice.REPORT),
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


def failed(name: str, error: CRMError) -> Check:
    """The line about a question that onOffice did not answer."""
    return advice.failed(name, error, known(error), ADDRESSES)
