"""Cards and notices as Slack takes them, and where others read along."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.surface import Conversation, Notice, SurfaceError
from commands.ids import CARD_EVENT
from commands.slack_calls import web_client
from commands.slack_surface import SlackSurface
from commands.workspace import Sharing
from tests.commands.bench import TOKEN, Channels, client_of, surface_of
from tests.commands.shown import say, view
from tests.commands.slack_server import Answer, SlackServer, running

ASKED = Conversation("T1", "C1", "1.0", "U0ANNA")


def sent(slack: SlackServer) -> dict[str, Any]:
    """The arguments of the last call, JSON ones read."""
    body = slack.asked[-1].body
    if body.startswith("{"):
        found: dict[str, Any] = json.loads(body)
        return found
    return {name: values[0] for name, values in parse_qs(body).items()}


def test_a_card_is_posted_into_the_mails_thread(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.postMessage", ts="3.0")
    assert surface.post_card(view(), maybe_posted=False) == "3.0"
    call = sent(slack)
    assert (call["channel"], call["thread_ts"]) == ("C1", "1.0")
    assert "p1" in str(call["metadata"])
    assert slack.paths() == ["/api/chat.postMessage"]


def reply(ts: str, proposal: str, event: str = CARD_EVENT) -> dict[str, Any]:
    return {"ts": ts, "metadata": {"event_type": event, "event_payload": {"proposal": proposal}}}


@pytest.mark.parametrize(
    ("replies", "ts", "posted"),
    [
        ([{"ts": "1.0"}, reply("2.5", "p0"), reply("2.6", "p1")], "2.6", False),
        ([{"ts": "1.0"}, reply("2.5", "p0"), reply("2.6", "p1", "another_app")], "3.0", True),
        ([], "3.0", True),
    ],
)
def test_a_card_that_may_have_been_posted_is_looked_for(
    surface: SlackSurface, slack: SlackServer, replies: list[dict[str, Any]], ts: str, posted: bool
) -> None:
    slack.api("conversations.replies", messages=replies)
    slack.api("chat.postMessage", ts="3.0")
    assert surface.post_card(view(), maybe_posted=True) == ts
    assert ("/api/chat.postMessage" in slack.paths()) is posted


def test_of_two_cards_of_a_mail_one_stays(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("conversations.replies", messages=[reply("2.5", "p1"), reply("2.6", "p0"), reply("2.7", "p1")])
    slack.api("chat.delete", ts="2.7")
    assert surface.post_card(view(), maybe_posted=True) == "2.5"
    assert sent(slack)["ts"] == "2.7"
    assert slack.paths() == ["/api/conversations.replies", "/api/chat.delete"]


def test_a_card_is_updated_where_it_stands(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.update", ts="2.0")
    surface.update_card(view())
    assert (sent(slack)["channel"], sent(slack)["ts"]) == ("C1", "2.0")
    surface.update_card(view(card_ts=None))
    assert len(slack.asked) == 1


@pytest.mark.parametrize(
    ("answer", "code", "permanent", "wait"),
    [
        ({"error": "channel_not_found"}, "channel_not_found", True, 0.0),
        ({"error": "invalid_blocks"}, "invalid_blocks", True, 0.0),
        ({"error": "internal_error"}, "internal_error", False, 0.0),
        ({"error": "service_unavailable", "status": 503}, "service_unavailable", False, 0.0),
        ({"error": "ratelimited", "status": 429, "headers": {"Retry-After": "30"}}, "ratelimited", False, 30.0),
    ],
)
def test_slacks_refusals(
    surface: SlackSurface, slack: SlackServer, answer: dict[str, Any], code: str, permanent: bool, wait: float
) -> None:
    slack.api("chat.update", **answer)
    with pytest.raises(SurfaceError) as caught:
        surface.update_card(view())
    assert (caught.value.code, caught.value.permanent, caught.value.retry_after) == (code, permanent, wait)
    assert caught.value.__suppress_context__, "the error's own text holds what was sent"


def test_a_slack_that_is_away_may_come_back() -> None:
    with running() as gone:
        pass
    with pytest.raises(SurfaceError) as caught:
        surface_of(client_of(gone)).update_card(view())
    assert not caught.value.permanent


def test_a_notice_goes_to_who_asked_or_into_the_thread(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.postEphemeral")
    slack.api("chat.postMessage", ts="3.0")
    surface.tell(ASKED, Notice.UNREADABLE)
    assert slack.paths() == ["/api/chat.postEphemeral"]
    assert (sent(slack)["user"], sent(slack)["text"]) == ("U0ANNA", say("notice.unreadable"))
    surface.tell(Conversation("T1", "C1", "1.0"), Notice.UNREADABLE)
    assert slack.paths()[-1] == "/api/chat.postMessage"
    assert sent(slack)["thread_ts"] == "1.0"


def test_who_pressed_is_reached_where_the_bot_may_not_write(surface: SlackSurface, slack: SlackServer) -> None:
    slack.answers["/respond"] = Answer(b"ok")
    surface.tell(Conversation("T1", "C1", "1.0", "U0ANNA", f"{slack.url}/respond"), Notice.NOT_IN_CHANNEL)
    assert slack.paths() == ["/respond"]
    assert sent(slack)["text"] == say("notice.not_in_channel")
    assert slack.asked[0].authorization is None


@pytest.mark.parametrize("status", [404, 410, 500])
def test_an_address_that_has_run_out_does_not_swallow_the_notice(
    surface: SlackSurface, slack: SlackServer, status: int
) -> None:
    """Slack's addresses for answers last half an hour and five answers."""
    slack.answers["/respond"] = Answer(b"expired_url", status)
    slack.api("chat.postEphemeral")
    surface.tell(Conversation("T1", "C1", "1.0", "U0ANNA", f"{slack.url}/respond"), Notice.UNREADABLE)
    assert slack.paths() == ["/respond", "/api/chat.postEphemeral"]


def test_a_notice_leads_to_the_card(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.postEphemeral")
    surface.tell(ASKED, Notice.ALREADY_HERE, url="https://nordlicht.slack.example/archives/C1/p2")
    assert "<https://nordlicht.slack.example/archives/C1/p2|see the card>" in sent(slack)["text"]
    surface.tell(ASKED, Notice.ALREADY_HERE, url=None)
    assert say("card.link_unknown") in sent(slack)["text"]


def test_a_permalink_that_cannot_be_had_is_none(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.getPermalink", permalink="https://nordlicht.slack.example/p2")
    assert surface.permalink("C1", "2.0") == "https://nordlicht.slack.example/p2"
    slack.api("chat.getPermalink", error="message_not_found")
    assert surface.permalink("C1", "2.0") is None


def test_what_a_file_is(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("files.info", file={"id": "F1", "mode": "email"})
    assert surface.file_info("F1") == {"id": "F1", "mode": "email"}


@pytest.mark.parametrize("known", [Sharing.SHARED, Sharing.UNKNOWN])
def test_where_others_may_read_along_a_card_is_bare_and_that_is_written_down(
    slack: SlackServer, known: Sharing
) -> None:
    slack.api("chat.postMessage", ts="3.0")
    slack.api("chat.update", ts="3.0")
    noted: list[tuple[str, bool]] = []
    channels = Channels(known)
    surface = surface_of(
        web_client(TOKEN, f"{slack.url}/api/"),
        channels=channels,
        note_bare=lambda proposal, bare: noted.append((proposal, bare)),
    )
    surface.post_card(view(), maybe_posted=False)
    surface.update_card(view())
    surface.update_card(view(card_bare=True))
    assert noted == [("p1", True)] * 2
    assert all("Mustermann" not in asked.body and "Show" in asked.body for asked in slack.asked)
    channels.known = Sharing.OWN
    surface.update_card(view(card_bare=True))
    surface.update_card(view())
    assert noted[2:] == [("p1", False)]
    assert all("Mustermann" in asked.body for asked in slack.asked[3:])


def test_a_vendor_that_is_away_is_said_in_the_channel_and_taken_back_in_place(
    surface: SlackSurface, slack: SlackServer
) -> None:
    slack.api("chat.postMessage", ts="3.0")
    slack.api("chat.update", ts="3.0")
    where, since, until = Conversation("T1", "C1", ""), *(datetime(2026, 3, 4, hour, tzinfo=UTC) for hour in (9, 10))
    assert surface.say_away(where, "onOffice", since) == "3.0"
    surface.say_back(where, "3.0", "onOffice", since, until)
    back = sent(slack)
    slack.asked.pop()
    away = sent(slack)
    assert "thread_ts" not in away and "onOffice has not answered since" in away["text"]
    assert (back["ts"], "onOffice answers again" in back["text"]) == ("3.0", True)
