"""Proposals as `bot` shows them, of invented people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from bot.language import plain, words
from bot.matching import Field
from bot.records import Category, RecordRef
from bot.surface import CandidateView, EvidenceView, InTheWayView, OutcomeView, ProposalState, ProposalView

LIMITS: dict[tuple[str, Category], int | None] = {
    ("onoffice", Category.PERSON): None,
    ("onoffice", Category.COMPANY): None,
    ("onoffice", Category.PROPERTY): 1,
    ("zoho", Category.PERSON): None,
    ("zoho", Category.COMPANY): None,
    ("zoho", Category.DEAL): None,
}
say = words()  # English, in which the tests read
ANNA = "U0ANNA"
AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def candidate(id_: str = "601", **more: Any) -> CandidateView:
    known: dict[str, Any] = {
        "ref": RecordRef("onoffice", "address", id_),
        "category": Category.PERSON,
        "name": "Max Mustermann",
        "detail": "max.mustermann@example.de",
        "probability": 0.97,
        "picked": True,
        "evidence": (EvidenceView("name", "Max Mustermann", "Max Mustermann"),),
    }
    return CandidateView(**{**known, **more})


def outcome(id_: str = "601", said: str = "linked", **more: Any) -> OutcomeView:
    known: dict[str, Any] = {
        "ref": RecordRef("onoffice", "address", id_),
        "category": Category.PERSON,
        "name": "Max Mustermann",
        "detail": "max.mustermann@example.de",
        "outcome": said,
        "verified": True,
    }
    shown = OutcomeView(**{**known, **more})
    can_undo = said in ("linked", "not undone") and shown.ref.vendor == "onoffice"
    return replace(shown, can_undo=more.get("can_undo", can_undo))


def view(state: ProposalState = ProposalState.OPEN, **more: Any) -> ProposalView:
    shown = ProposalView(
        id="p1",
        team="T1",
        channel="C1",
        thread_ts="1.0",
        card_ts="2.0",
        state=state,
        sender="Max Mustermann <max.mustermann@example.de>",
        subject="Besichtigung Lindenstr. 12",
        date=AT,
        vendors={"onoffice": "onOffice", "zoho": "Zoho CRM"},
        undoable=frozenset({"onoffice"}),
        acted_by=ANNA,
        acted_at=AT,
        limits=LIMITS,
    )
    return replace(shown, **more)


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "\u202e",
            "\x00\x07",
            "<!channel>",
            "<@U0EVIL>",
            "<https://evil.example|onOffice>",
            "a|b",
            "&",
            "&amp;lt;",
            "&" * 5_000,
            "<" * 5_000,
            "*_~`" * 1_250,
            "x" * 5_000,
            "🏠" * 5_000,
            "שלום עולם",
            "{name} {0} %s",
            "\n> zitiert\n```",
            "Zeile\r\n\u2028Zeile",
            "🏳️‍🌈" * 100,
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)
CATEGORIES = st.sampled_from(Category)
CANDIDATES = st.builds(
    CandidateView,
    ref=st.builds(RecordRef, st.sampled_from(["onoffice", "zoho"]), st.just("address"), st.uuids().map(str)),
    category=CATEGORIES,
    name=HOSTILE,
    detail=HOSTILE,
    probability=st.floats(0, 1),
    picked=st.booleans(),
    evidence=st.lists(st.builds(EvidenceView, st.sampled_from([*map(str, Field)]), HOSTILE, HOSTILE), max_size=6).map(
        tuple
    ),
)
SAID = (
    "",
    "linked",
    "already linked",
    "refused",
    "not set",
    "unlinked",
    "linked again",
    "noted",
    "not undone",
    "uncertain",
)
OUTCOMES = st.builds(
    OutcomeView,
    ref=st.builds(RecordRef, st.sampled_from(["onoffice", "zoho"]), st.just("address"), st.uuids().map(str)),
    category=CATEGORIES,
    name=HOSTILE,
    detail=HOSTILE,
    outcome=st.sampled_from(SAID),
    verified=st.sampled_from([True, False, None]),
    message=st.builds(plain, HOSTILE),
    url=st.none() | st.sampled_from(["https://crm.example.com/a/1", "https://crm.example.com/?a=1&b=<2>|3"]),
    can_undo=st.booleans(),
    remove=st.booleans(),
    noted=st.booleans(),
)
NAMES = st.lists(HOSTILE, max_size=4).map(tuple)
IN_THE_WAY = st.builds(InTheWayView, st.just(RecordRef("onoffice", "estate", "2651")), HOSTILE, HOSTILE)
VIEWS = st.builds(
    view,
    st.sampled_from(ProposalState),
    sender=HOSTILE,
    subject=HOSTILE,
    date=st.none() | st.datetimes() | st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001
    candidates=st.lists(CANDIDATES, max_size=12).map(tuple),
    outcomes=st.lists(OUTCOMES, max_size=12).map(tuple),
    acted_at=st.none() | st.just(AT),
    undone=st.booleans(),
    undoing=st.booleans(),
    undo_failed_by=st.sampled_from(["", "U0BEN"]),
    undid_by=st.sampled_from(["", "U0BEN"]),
    undo_takes_off=NAMES,
    undo_restores=NAMES,
    in_the_way=st.lists(IN_THE_WAY, max_size=2).map(tuple),
)
