"""A press counts where the proposal's card is, and what it carries counts as it was sealed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records import RecordRef
from bot.surface import CardPlace, InTheWayView, LinkedView
from commands.bound import Bound, Pressed, bound, pressed
from commands.cards.card import card
from commands.cards.change import modal
from commands.ids import Action, value
from commands.seals import BUTTON_VALUE, Seals, opened_button, opened_view, sealed_blocks, sealed_view
from tests.commands.bench import SEALS, link_press
from tests.commands.shown import candidate, say, view
from tests.commands.slack_reads import taken, taken_view

PLACE = CardPlace("T1", "C1", "1.0", "2.0")
OTHERS = RecordRef("onoffice", "estate", "2650")
VALUE = value("p1", [OTHERS])
TAG = SEALS.tag(Action.LINK, VALUE)


def press(words: str = f"{VALUE} #{TAG}", **more: Any) -> Pressed:
    return link_press(value=words, **more)


def test_a_press_on_the_card_counts_with_what_it_carries() -> None:
    assert bound(press(), PLACE, SEALS) == (Bound.OWN, VALUE)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        # The place is looked up.
        ({"channel": "C2"}, Bound.ELSEWHERE),
        ({"channel": ""}, Bound.ELSEWHERE),
        ({"ts": "3.0"}, Bound.ELSEWHERE),
        ({"ts": "1.0"}, Bound.ELSEWHERE),
        ({"ts": ""}, Bound.ELSEWHERE),
        ({"team": "T2"}, Bound.ELSEWHERE),
        # What it carries is sealed.
        ({"value": f"{value('p1', [])} #{TAG}"}, Bound.OUTDATED),
        ({"value": VALUE}, Bound.OUTDATED),
        ({"value": f"{VALUE} #"}, Bound.OUTDATED),
        ({"value": f"{VALUE} #{TAG}x"}, Bound.OUTDATED),
        ({"value": f"{VALUE} onoffice|estate|1 #{TAG}"}, Bound.OUTDATED),
        ({"action": Action.REPLACE}, Bound.OUTDATED),
        # Made for one person, it is for them alone, and there alone.
        ({"for_one": True}, Bound.OUTDATED),
    ],
)
def test_what_was_changed_does_not_count(changed: dict[str, Any], verdict: Bound) -> None:
    assert bound(replace(press(), **changed), PLACE, SEALS)[0] is verdict


def test_what_one_person_sees_is_theirs_alone() -> None:
    tag = SEALS.tag(Action.LINK, "p1", "C1", "U1")
    own = press(f"p1 #{tag}", for_one=True, ts="9.0")
    assert bound(own, PLACE, SEALS) == (Bound.OWN, "p1")
    assert bound(replace(own, user="U2"), PLACE, SEALS)[0] is Bound.OUTDATED
    assert bound(replace(own, channel="C2"), PLACE, SEALS)[0] is Bound.ELSEWHERE
    assert bound(replace(own, for_one=False), PLACE, SEALS)[0] is Bound.ELSEWHERE
    assert bound(replace(own, value="p1"), PLACE, SEALS)[0] is Bound.OUTDATED


def test_before_the_cards_place_is_written_down_its_thread_counts() -> None:
    posting = replace(PLACE, card_ts=None)
    assert bound(press(), posting, SEALS)[0] is Bound.OWN
    assert bound(press(thread_ts="7.0"), posting, SEALS)[0] is Bound.ELSEWHERE


def test_a_card_of_an_earlier_version_may_say_which_proposal_and_no_more() -> None:
    assert bound(press("p1"), PLACE, SEALS) == (Bound.OWN, "p1")
    assert bound(press("p1 3", action=Action.FORGET), PLACE, SEALS)[0] is Bound.OUTDATED


def test_a_payload_is_read_as_slack_writes_it() -> None:
    body = {
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "container": {"type": "message", "message_ts": "2.0", "channel_id": "C1", "is_ephemeral": False},
        "message": {"ts": "2.0", "thread_ts": "1.0"},
        "actions": [{"action_id": Action.LINK, "value": f"{VALUE} #{TAG}"}],
    }
    assert pressed(body) == press()
    assert pressed({**body, "container": None}).channel == ""


def test_keys_can_be_rotated() -> None:
    rotated = Seals("a newer secret, a secret of the tests only")
    assert rotated.fits(TAG, Action.LINK, VALUE)
    assert not SEALS.fits(rotated.tag(Action.LINK, VALUE), Action.LINK, VALUE)
    with pytest.raises(ValueError):
        Seals(" ")


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_a_seal_fits_what_was_sealed_and_nothing_else(parts: list[str], others: list[str]) -> None:
    assert SEALS.fits(SEALS.tag(*parts), *parts)
    assert SEALS.fits(SEALS.tag(*parts), *others) is (parts == others)


@pytest.mark.parametrize("count", [0, 1, 80])
def test_all_buttons_of_a_card_are_sealed_and_slack_takes_them(count: int) -> None:
    way = tuple(
        InTheWayView(RecordRef("onoffice", "estate", f"{number:030d}"), "Ahornweg 3", "Lindenstraße 12")
        for number in range(count)
    )
    text, blocks = card(view(candidates=(candidate(),), in_the_way=way), say)
    sealed = sealed_blocks(blocks, SEALS)
    taken(text, sealed)
    buttons = [one for block in sealed if block["type"] == "actions" for one in block["elements"]]
    assert len(buttons) == 3
    for one in buttons:
        assert len(one["value"]) <= BUTTON_VALUE
        words, fits = opened_button(one["action_id"], one["value"], SEALS)
        assert fits and words.split(" ")[0] == "p1"


def window(user: str = "U1") -> dict[str, Any]:
    linked = {"onoffice": [LinkedView(OTHERS, "Ahornweg 3")]}
    made = sealed_view(modal(view(), say, [], words="Max", linked=linked), SEALS, user)
    taken_view(made)
    return made


def test_a_window_counts_for_whom_it_was_made_and_as_it_was_made() -> None:
    made = window()
    about = opened_view(made, SEALS, "U1")
    assert about is not None and (about["proposal"], about["words"]) == ("p1", "Max")
    assert opened_view(made, SEALS, "U2") is None


@pytest.mark.parametrize("key", ["proposal", "seen", "words", "tag"])
def test_what_a_window_carries_cannot_be_changed(key: str) -> None:
    made = window()
    about = json.loads(made["private_metadata"])
    assert opened_view({**made, "private_metadata": json.dumps({**about, key: "other"})}, SEALS, "U1") is None
    as_another_kind = {**about, key: [about[key]] if key != "seen" else str(about[key])}
    assert opened_view({**made, "private_metadata": json.dumps(as_another_kind)}, SEALS, "U1") is None
    del about[key]
    assert opened_view({**made, "private_metadata": json.dumps(about)}, SEALS, "U1") is None


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "null", '{"tag": 1}', "not JSON"])
def test_a_window_that_is_not_ours(metadata: str) -> None:
    assert opened_view({**window(), "private_metadata": metadata}, SEALS, "U1") is None


def test_what_a_window_shows_as_linked_cannot_be_changed() -> None:
    made = window()
    (kept,) = [block for block in made["blocks"] if block.get("block_id") == "keep.onoffice"]
    kept["element"]["options"][0]["value"] = "onoffice|estate|1"
    assert opened_view(made, SEALS, "U1") is None
