"""Who is spoken to in which language, and cards and windows in each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.crm.port import Outcome
from bot.language import LANGUAGES, words
from bot.linking import Answer, Reply
from bot.matching import Field
from bot.surface import EvidenceView, ProposalState, ProposalView
from commands.cards.card import card
from commands.cards.change import message_modal, modal
from commands.languages import Languages
from commands.people import People, impatient
from commands.replies import reply_words
from tests.commands.shown import VIEWS, candidate, outcome, view
from tests.commands.slack_reads import inert, marked_up, taken, taken_view

ENGLISH, GERMAN = words("en"), words("de")
# Words that are English and no German ones; what a person would stumble over in a German card.
FOREIGN = {"the", "and", "or", "press", "linked", "not", "mail's", "by", "from", "is", "were", "please", "nothing"}


class Directory(WebClient):
    """Slack's directory of people, with their locales."""

    def __init__(self, **locales: str) -> None:
        super().__init__()
        self.locales, self.asked = locales, 0

    def users_info(self, *, user: str, include_locale: bool | None = None, **_: Any) -> Any:
        self.asked += 1
        if user not in self.locales:
            raise SlackApiError("user_not_found", {"ok": False, "error": "user_not_found"})
        return {"ok": True, "user": {"id": user} | ({"locale": self.locales[user]} if include_locale else {})}


def test_a_channel_reads_the_language_of_the_workspace_and_a_person_their_own() -> None:
    languages = Languages("de", People(Directory(U0BEN="en-GB", U0CLARA="de-AT")))
    assert languages.of_channel("T1", "C1") is GERMAN
    assert languages.of_person("T1", "U0BEN") is ENGLISH
    assert languages.of_payload({"user": {"id": "U0CLARA", "team_id": "T1"}}) is GERMAN
    assert languages.of_payload({"event": {"user": "U0BEN"}, "team_id": "T1"}) is ENGLISH


@pytest.mark.parametrize("user", ["U0FRIDA", "U0NOBODY", ""])
def test_whose_language_is_unknown_or_not_ours_reads_that_of_the_workspace(user: str) -> None:
    languages = Languages("de", People(Directory(U0FRIDA="fr-FR")))
    assert languages.of_person("T1", user) is GERMAN


def test_a_person_is_looked_up_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    directory = Directory(U0CLARA="de-DE")
    languages = Languages("en", People(directory))
    assert [languages.of_person("T1", "U0CLARA") for _ in range(3)] == [GERMAN] * 3
    assert directory.asked == 1
    monkeypatch.setattr("commands.remembered.REMEMBER_SECONDS", 0.0)
    directory.locales["U0CLARA"] = "en-US"
    assert languages.of_person("T1", "U0CLARA") is ENGLISH


def test_how_long_is_a_setting() -> None:
    directory = Directory(U0CLARA="de-DE")
    languages = Languages("en", People(directory, 0))
    assert languages.of_person("T1", "U0CLARA") is GERMAN
    directory.locales["U0CLARA"] = "en-US"
    assert languages.of_person("T1", "U0CLARA") is ENGLISH


def test_a_card_for_one_person_alone_is_in_their_language() -> None:
    languages = Languages("en", People(Directory(U0CLARA="de-DE")))
    shown = view(forwarded_by="U0CLARA")
    assert languages.of_card(shown) is ENGLISH
    assert languages.of_card(replace(shown, channel="D1")) is GERMAN
    assert languages.of_card(replace(shown, channel="D1", forwarded_by="")) is ENGLISH


def test_who_waits_for_an_answer_does_not_wait_for_the_directory() -> None:
    client = WebClient(token="xoxb-1", timeout=15)
    assert impatient(client).timeout < 3
    assert client.timeout == 15


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", list(ProposalState))
def test_every_state_has_a_card_in_every_language(state: ProposalState, language: str) -> None:
    taken(*card(full(state), words(language)))


@pytest.mark.parametrize("state", list(ProposalState))
def test_a_german_card_has_no_english_on_it(state: ProposalState) -> None:
    text, blocks = card(full(state), GERMAN)
    said = " ".join([text, *marked_up(blocks), *labels_in(blocks)]).casefold()
    assert FOREIGN & {word.strip("*.,:;()„“") for word in said.replace("link to crm", "").split()} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", [answer for answer in Answer if answer is not Answer.STARTED])
@pytest.mark.parametrize("state", list(ProposalState))
def test_every_press_is_answered_in_every_language(answer: Answer, state: ProposalState, language: str) -> None:
    said = reply_words(Reply(answer, view(state)), "U0BEN", words(language))
    assert said
    inert(said)
    taken_view(message_modal(said, words(language)))


@given(VIEWS, st.sampled_from(LANGUAGES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_cards_of_hostile_values_fit_in_every_language(shown: ProposalView, language: str) -> None:
    taken(*card(shown, words(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_fits_in_every_language(language: str) -> None:
    taken_view(modal(full(ProposalState.OPEN), words(language), [], words="Müller"))


def full(state: ProposalState) -> ProposalView:
    """A card with as much on it as its state can have."""
    evidence = tuple(EvidenceView(str(field), "Mail", "Datensatz") for field in Field)
    picks = [candidate(str(n), evidence=evidence[n : n + 3]) for n in range(0, len(evidence), 3)]
    said = ("linked", "already linked", "refused", "not set", "unlinked", "linked again", "noted", "not undone")
    return view(
        state,
        kind="out_of_office",
        candidates=(*picks, candidate("99", picked=False)),
        outcomes=tuple(outcome(str(n), one, verified=n % 2 == 0) for n, one in enumerate([*said, *Outcome])),
        not_found=("Lindenhof",),
        can_note=("onoffice",),
        portal=("onoffice",),
        undo_takes_off=("Max Mustermann",),
        undo_restores=("NL-2651", "NL-2652", "NL-2653", "NL-2654"),
    )


def labels_in(value: Any) -> list[str]:
    """The texts of buttons and of what they ask."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "plain_text" else []
        return own + [text for part in value.values() for text in labels_in(part)]
    return [text for part in value for text in labels_in(part)] if isinstance(value, list) else []
