"""The dozen mails of the sandbox, as originals and as forwards: what is ticked, what is shown, what never is ticked.

A tick too many is a mail in a stranger's file, so `ticked` is the whole set: what may be ticked besides is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from bot.matching import MailWords, Match, Matcher
from tests.matching import seeds


@dataclass(frozen=True)
class Expected:
    """Names of records with what tells namesakes apart; `shown` may be ticked only where `may` says so, too."""

    ticked: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()


def expected(ticked: str = "", may: str = "", shown: str = "") -> Expected:
    return Expected(*(frozenset(text.split()) for text in (ticked, may, shown)))


# The ids of the seeds, without Zoho's common beginning.
MAX, ERIKA, STEFAN, STEFANIE, STEPHAN, JOERG, AYLIN = "601", "523", "602", "603", "604", "605", "606"
JAEGER, LINDENHOF, BRANDT, SABINE, SEBASTIAN = "608", "609", "610", "611", "612"
LINDEN_12, LINDEN_21, LINDEN_POTSDAM, STADTVILLA, SHOP, BUNGALOW = "2649", "2650", "2651", "2653", "2654", "2701"
BRIGHTWATER, KESTREL, CARTER, KARTER = "411001", "411004", "412001", "412002"
FIT_OUT, LIGHTING, LANGFORD = "413001", "413004", "414001"

MAILS: Mapping[str, Expected] = {
    "viewing-lindenstrasse": expected(ticked=f"{MAX} {LINDEN_12}"),
    "question-mueller": expected(shown=f"{STEFAN} {STEFANIE} {LINDEN_12} {LINDEN_21}"),
    "keys-hausmann": expected(ticked=ERIKA, may=LINDEN_12, shown=f"{LINDEN_12} {LINDENHOF}"),
    "portal-gruener": expected(ticked=f"{JOERG} {BUNGALOW}"),
    "cancel-oezdemir": expected(ticked=f"{AYLIN} {SHOP}"),
    "quote-jaeger": expected(ticked=f"{JAEGER} {LINDEN_21}", may=LINDENHOF, shown=LINDENHOF),
    "finance-brandt": expected(ticked=f"{BRANDT} {STADTVILLA}"),
    "viewing-weber": expected(ticked=f"{SABINE} {LINDEN_POTSDAM}"),
    "quote-brightwater": expected(ticked=f"{CARTER} {FIT_OUT}", may=BRIGHTWATER, shown=BRIGHTWATER),
    "lighting-karter": expected(ticked=f"{KARTER} {KESTREL} {LIGHTING}"),
    "enquiry-tollgate": expected(ticked=LANGFORD),
    "newsletter-unknown": expected(),
}


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return seeds.matcher()


@pytest.fixture(scope="module", params=["forwarded", "original"])
def mails(request: pytest.FixtureRequest) -> dict[str, MailWords]:
    return seeds.forwarded() if request.param == "forwarded" else seeds.originals()


def ids(matches: list[Match], *, selected: bool = False) -> list[str]:
    found = [match for match in matches if match.selected or not selected]
    return [match.ref.id[-6:] if match.ref.vendor == "zoho" else match.ref.id for match in found]


def test_every_mail_is_expected(mails: dict[str, MailWords]) -> None:
    assert set(mails) == set(MAILS)


@pytest.mark.parametrize("mail", MAILS)
def test_ticks_those_and_no_others(matcher: Matcher, mails: dict[str, MailWords], mail: str) -> None:
    ticked = set(ids(matcher.match(mails[mail]), selected=True))
    assert MAILS[mail].ticked <= ticked
    assert ticked <= MAILS[mail].ticked | MAILS[mail].may


@pytest.mark.parametrize("mail", [mail for mail, expect in MAILS.items() if expect.shown])
def test_shows_what_it_is_not_sure_of(matcher: Matcher, mails: dict[str, MailWords], mail: str) -> None:
    assert MAILS[mail].shown <= set(ids(matcher.match(mails[mail], limit=10)))


def test_who_lives_where_the_mail_says_comes_first(matcher: Matcher, mails: dict[str, MailWords]) -> None:
    found = ids(matcher.match(mails["question-mueller"]))
    assert set(found[:2]) == {STEFAN, STEFANIE}
    assert found.index(STEPHAN) > 1


def test_somebody_merely_similar_is_at_most_shown(matcher: Matcher, mails: dict[str, MailWords]) -> None:
    matches = matcher.match(mails["lighting-karter"])
    assert not {CARTER, FIT_OUT} & set(ids(matches, selected=True))
    assert KARTER in ids(matches)[:2]


def test_nothing_is_shown_for_a_newsletter(matcher: Matcher, mails: dict[str, MailWords]) -> None:
    assert matcher.match(mails["newsletter-unknown"]) == []
