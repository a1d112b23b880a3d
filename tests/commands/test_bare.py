"""The bare card names nobody and nothing, and the whole one that a person sees below it is theirs and is kept up to
date."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.crm import Outcome
from bot.language import plain
from bot.proposals import NOT_UNDONE, UNCERTAIN
from bot.records import RecordRef
from bot.surface import FileView, InTheWayView, LearnedView, ProposalState, ProposalView
from commands.bound import Pressed
from commands.cards.bare import bare_card
from commands.cards.card import card
from commands.ids import Action
from commands.private_cards import MOST_ANSWERS, PrivateCards
from commands.seals import opened_button
from tests.commands.bench import SEALS, link_press
from tests.commands.shown import candidate, outcome, say, view
from tests.commands.slack_reads import taken
from tests.commands.slack_server import Answer, SlackServer
from tests.test_catalogue import asked_for, catalogue

SECRET = "Pfefferkuchen"


def telling(state: ProposalState, said: str, **more: Any) -> ProposalView:
    """A proposal that has the secret in everything that comes from a mail or from a CRM."""
    known: dict[str, Any] = {
        "sender": f"{SECRET} <{SECRET}@example.com>",
        "subject": SECRET,
        "about": SECRET,
        "candidates": (candidate(SECRET, name=SECRET, detail=SECRET),),
        "outcomes": (outcome(SECRET, said, name=SECRET, detail=SECRET, message=plain(SECRET)),) if said else (),
        "undo_takes_off": (SECRET,),
        "undo_restores": (SECRET,),
        "not_found": (SECRET,),
        "files": (FileView(0, SECRET, 1, True),),
        "in_the_way": (InTheWayView(RecordRef("onoffice", "estate", SECRET), SECRET, SECRET),),
        "learned": (LearnedView(1, SECRET, SECRET, True),),
        "undid_by": "",
        "forwarded_by": "U0ANNA",
    }
    return view(state, **{**known, **more})


SAID = ["", *Outcome, NOT_UNDONE, UNCERTAIN]


@pytest.mark.parametrize(("state", "said"), list(product(ProposalState, SAID)))
def test_a_bare_card_tells_nothing_in_any_state(state: ProposalState, said: str) -> None:
    nobody: dict[str, Any] = {"acted_by": "", "acted_at": None} if state is ProposalState.OPEN and not said else {}
    for more in ({}, {"undone": True}, {"undo_failed_by": "U0BEN"}, nobody):
        text, blocks = bare_card(telling(state, said, **more), say)
        taken(text, blocks)
        assert SECRET not in json.dumps([text, blocks], ensure_ascii=False)
        buttons = [one["action_id"] for block in blocks for one in block.get("elements", []) if "action_id" in one]
        ended = state in (ProposalState.EXPIRED, ProposalState.WITHDRAWN)
        assert buttons == ([] if ended else [Action.SHOW])
    # The control: the whole card does tell, but of a mail whose message was deleted.
    told = json.dumps(card(telling(state, said), say), ensure_ascii=False)
    assert (SECRET in told) is (state is not ProposalState.WITHDRAWN)


def press(**more: Any) -> Pressed:
    return link_press(**{"ts": "9.0", "for_one": True, "value": "p1 #x", **more})


def test_what_one_person_sees_is_sealed_to_them(slack: SlackServer) -> None:
    slack.api("chat.postEphemeral", message_ts="9.0")
    client = WebClient(base_url=f"{slack.url}/api/")
    PrivateCards(SEALS).show(client, telling(ProposalState.OPEN, ""), "U1", say)
    (asked,) = slack.asked
    assert asked.path == "/api/chat.postEphemeral"
    sent = json.loads(asked.body)
    assert (sent["channel"], sent["user"], sent["thread_ts"]) == ("C1", "U1", "1.0")
    buttons = [one for block in sent["blocks"] if block["type"] == "actions" for one in block["elements"]]
    assert len(buttons) == 3
    for one in buttons:
        assert opened_button(one["action_id"], one["value"], SEALS, "C1", "U1")[1]
        assert not opened_button(one["action_id"], one["value"], SEALS, "C1", "U2")[1]
        assert not opened_button(one["action_id"], one["value"], SEALS)[1]


def test_it_is_changed_as_long_as_its_address_takes_answers_and_the_outcome_has_the_last(slack: SlackServer) -> None:
    slack.answers["/respond"] = Answer(b"ok")
    cards = PrivateCards(SEALS)
    cards.refresh(telling(ProposalState.LINKED, "linked"))
    assert slack.asked == []
    cards.remember(press(), f"{slack.url}/respond", say)
    for _ in range(10):
        cards.refresh(telling(ProposalState.LINKING, ""))
    assert len(slack.asked) == MOST_ANSWERS - 1
    cards.refresh(telling(ProposalState.LINKED, "linked"))
    cards.refresh(telling(ProposalState.LINKED, "linked"))
    assert len(slack.asked) == MOST_ANSWERS
    last = json.loads(slack.asked[-1].body)
    assert (last["replace_original"], last["response_type"]) == (True, "ephemeral")
    assert SECRET in json.dumps(last)
    # A newer press brings a newer address.
    cards.remember(press(), f"{slack.url}/respond", say)
    cards.refresh(telling(ProposalState.LINKED, "linked"))
    assert len(slack.asked) == MOST_ANSWERS + 1


def test_an_address_that_is_gone_harms_nothing(slack: SlackServer) -> None:
    cards = PrivateCards(SEALS)
    slack.answers["/respond"] = Answer(b"expired_url", 404)
    cards.remember(press(), f"{slack.url}/respond", say)
    cards.remember(press(user="U2"), "http://127.0.0.1:1/respond", say)
    cards.remember(press(user="U3"), "", say)
    cards.refresh(telling(ProposalState.LINKED, "linked"))
    assert len(slack.asked) == 1


# Who writes where others read along. Of what is posted outside a card: notices are links and counts, the answer to many
# mails names who pressed, and help and what is held for one person are
# written only to a person alone.
# The week's figures are counts there (`test_digest`), a reminder goes to one person.
POSTING = {"slack_surface.py", "slack_summaries.py", "slack_reports.py", "inbox.py", "held.py", "installers.py"}
COMMANDS = Path(__file__).parents[2] / "commands"


def test_no_other_module_posts_into_channels() -> None:
    found = set()
    for path in COMMANDS.rglob("*.py"):
        text = path.read_text("utf-8")
        if any(name in text for name in ("chat_postMessage", "chat_update", '"in_channel"', "chat_scheduleMessage")):
            found.add(path.name)
    assert found == POSTING


# What is said where others read along, outside the whole card: a link to the card, how many mails, who pressed, which
# vendor, and when.
SAID_ALOUD = {"link", "count", "user", "when", "vendor", "since", "until"}
FAMILIES = ("notice.", "many.", "vendor.", "bare.")
HEADLINES = re.compile(r'"(card\.[a-z_]+)"')


def test_nothing_that_is_said_in_a_channel_has_room_for_a_customer() -> None:
    bare = HEADLINES.findall((COMMANDS / "cards" / "bare.py").read_text("utf-8"))
    assert len(bare) > 5
    known = catalogue()
    aloud = [one for one in known if one in bare or one.startswith(FAMILIES)]
    assert len(aloud) > len(bare) + 10
    assert {one: asked_for(known[one]) - SAID_ALOUD for one in aloud if asked_for(known[one]) - SAID_ALOUD} == {}
