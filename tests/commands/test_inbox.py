"""Message events in the shapes that were captured from Slack, with invented people: tests/commands/fixtures."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.intake import Incoming
from commands.catchup import catch_up, since, since_set_up
from commands.inbox import arrivals, deleted, is_private_word, pasted_mail
from commands.shortcut import sources

FIXTURES = Path(__file__).parent / "fixtures"
TEAM = "T0123456789"
PASTED = (
    "From: Max Mustermann <max.mustermann@example.de>\nTo: info@nordlicht.example\nSubject: Besichtigung\n\n"
    "Guten Tag, passt Müller & Söhne?"
)


def fixture(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return body


EXPECTED: dict[str, tuple[str, ...]] = {
    "mail_to_a_channel": ("C0ANFRAGEN:F0000000001",),
    "mail_without_text_or_headers": ("C0ANFRAGEN:F0000000002",),
    "mail_in_history": ("C0ANFRAGEN:F0000000003",),
    "mail_in_a_thread": ("G0VERKAUF:F0000000004",),
    "mail_files_dropped_by_a_person": ("C0ANFRAGEN:F0000000005", "C0ANFRAGEN:F0000000007"),
    "mail_shared_from_another_channel": ("C0ANFRAGEN:F0000000001",),
    "file_of_a_shared_channel": ("C0ANFRAGEN:F0000000008",),
    "pasted_to_the_bot_alone": ("D0ANNA:1772612999.000200",),
    "words_in_a_channel": (),
    "a_message_that_was_edited": (),
    "a_file_that_was_deleted": (),
}


def test_every_captured_shape_is_tried() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_mails_of_a_message(name: str) -> None:
    body = fixture(name)
    found = arrivals(body)
    assert tuple(incoming.key for incoming, _ in found) == tuple(f"{TEAM}:{key}" for key in EXPECTED[name])
    assert arrivals(body) == found, "a redelivery has the same names"
    for incoming, source in found:
        event = body["event"]
        assert (incoming.team, incoming.channel, incoming.ts) == (TEAM, event["channel"], event["ts"])
        assert not incoming.asked
        json.dumps([asdict(incoming), source])  # as it is written down


def test_what_was_deleted_is_told_in_two_ways() -> None:
    event = {"type": "message", "channel": "C1", "ts": "9.0", "hidden": True}
    body: dict[str, Any] = {"team_id": TEAM, "event": {**event, "subtype": "message_deleted", "deleted_ts": "1.0"}}
    assert deleted(body) == (TEAM, "C1", "1.0")
    body["event"] = {**event, "subtype": "message_changed", "message": {"subtype": "tombstone", "ts": "2.0"}}
    assert deleted(body) == (TEAM, "C1", "2.0"), "it has a thread"
    body["event"]["message"] = {"ts": "2.0", "text": "edited"}
    assert deleted(body) is None
    assert deleted(fixture("mail_to_a_channel")) is None


def test_a_mail_in_a_thread_is_answered_there() -> None:
    ((incoming, _),) = arrivals(fixture("mail_in_a_thread"))
    assert incoming.thread_ts == "1772600000.000100"


def test_the_whole_file_is_written_down() -> None:
    body = fixture("mail_to_a_channel")
    ((_, source),) = arrivals(body)
    assert source == {"file": body["event"]["files"][0]}


def test_a_mail_shared_elsewhere_is_another_arrival() -> None:
    ((here, _),) = arrivals(fixture("mail_shared_from_another_channel"))
    body = fixture("mail_shared_from_another_channel")
    body["event"]["channel"] = "C0BUERO"
    ((there, _),) = arrivals(body)
    assert here.key != there.key


def test_the_history_form_and_the_event_have_the_same_name() -> None:
    """What was delivered and is found again in the history is known."""
    event = fixture("mail_to_a_channel")
    ((delivered, _),) = arrivals(event)
    for missing in ("subtype", "channel_type", "event_ts"):
        event["event"].pop(missing)
    ((found, _),) = arrivals(event)
    assert delivered.key == found.key


def test_a_mail_pasted_to_the_bot_alone_is_read_as_it_was_typed() -> None:
    ((_, source),) = arrivals(fixture("pasted_to_the_bot_alone"))
    assert source == {"text": PASTED}


@pytest.mark.parametrize(
    ("change", "private"),
    [
        ({}, True),
        ({"channel_type": "channel"}, False),
        ({"bot_id": "B1"}, False),
        ({"subtype": "message_changed"}, False),
        ({"text": " "}, False),
        ({"text": None}, False),
        ({"text": "Hallo"}, True),
    ],
)
def test_what_is_said_to_the_bot_alone(change: dict[str, Any], private: bool) -> None:
    event = fixture("pasted_to_the_bot_alone")["event"] | change
    assert is_private_word(event) is private
    assert pasted_mail(event) == (PASTED if private and "text" not in change else None)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_shortcut_finds_the_same_mails(name: str) -> None:
    event = fixture(name)["event"]
    assert sources(event) == [source for _, source in arrivals(fixture(name))]


def test_the_shortcut_reads_a_mail_pasted_into_a_channel() -> None:
    event = fixture("pasted_to_the_bot_alone")["event"] | {"channel_type": "channel"}
    assert sources(event) == [{"text": PASTED}]


# What came while the bot was away


class History(WebClient):
    """The messages of conversations."""

    def __init__(self, **channels: list[dict[str, Any]]) -> None:
        super().__init__()
        self.channels = channels

    def conversations_history(self, *, channel: str, oldest: str | None = None, **_: Any) -> Any:
        if channel not in self.channels:
            raise SlackApiError("not_in_channel", {"ok": False, "error": "not_in_channel"})
        return {"ok": True, "messages": [m for m in self.channels[channel] if m["ts"] > str(oldest)]}


class Inbox:
    """Writes arrivals down, each once."""

    def __init__(self, *known: str) -> None:
        self.known, self.begun = set(known), list[str]()

    def receive(self, incoming: Incoming, _source: dict[str, Any]) -> bool:
        if incoming.key in self.known:
            return False
        self.known.add(incoming.key)
        self.begun.append(incoming.key)
        return True


def message(name: str, **more: Any) -> dict[str, Any]:
    """A message as the history has it: without its channel."""
    found: dict[str, Any] = {**fixture(name)["event"], **more}
    return {key: value for key, value in found.items() if key not in ("channel", "channel_type", "event_ts")}


def take_up(inbox: Inbox, client: WebClient, **newest: str) -> int:
    return catch_up(client, inbox, TEAM, newest, "U0LINKBOT")  # type: ignore[arg-type]


def test_missed_mails_are_taken_up_and_known_ones_are_not() -> None:
    client = History(
        C0ANFRAGEN=[message("mail_to_a_channel"), message("mail_in_history"), message("words_in_a_channel")]
    )
    inbox = Inbox(f"{TEAM}:C0ANFRAGEN:F0000000001")
    assert take_up(inbox, client, C0ANFRAGEN="1772600000.000000") == 1
    assert inbox.begun == [f"{TEAM}:C0ANFRAGEN:F0000000003"]


def test_the_look_back_goes_a_day_behind_the_newest_known_but_not_behind_the_first() -> None:
    assert since("1772600000.000100", "1772690000.000200") == "1772603600.000200"
    assert since("1772600000.000100", "1772600001.000200") == "1772600000.000100"


def test_what_came_before_the_bot_joined_is_not_for_it() -> None:
    joined = {"type": "message", "subtype": "channel_join", "user": "U0LINKBOT", "ts": "1772600300.000000"}
    somebody = {**joined, "user": "U0ANNA"}
    mail = message("mail_to_a_channel")
    assert take_up(Inbox(), History(C0ANFRAGEN=[joined, mail]), C0ANFRAGEN="1.0") == 0
    assert take_up(Inbox(), History(C0ANFRAGEN=[somebody, mail, joined]), C0ANFRAGEN="1.0") == 1


def test_where_no_mail_is_known_yet_the_look_back_goes_to_when_the_bot_ran_first_a_week_at_the_most() -> None:
    now = datetime(2026, 3, 16, 9, tzinfo=UTC)
    assert since_set_up(now - timedelta(days=3), now) == f"{(now - timedelta(days=3)).timestamp():.6f}"
    assert since_set_up(now - timedelta(days=30), now) == f"{(now - timedelta(days=7)).timestamp():.6f}"


def test_a_conversation_that_cannot_be_read_does_not_hide_the_others(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()
    client = History(C0ANFRAGEN=[message("mail_to_a_channel")])
    assert take_up(inbox, client, C0BUERO="1.0", C0ANFRAGEN="1.0") == 1
    assert "C0BUERO" in caplog.text


def test_what_strangers_left_in_a_shared_channel_is_not_taken_up() -> None:
    """As it would have been refused when it was delivered."""
    stranger = message("mail_files_dropped_by_a_person", user_team="T0THEIRS")
    inbox = Inbox()
    assert take_up(inbox, History(C0ANFRAGEN=[stranger]), C0ANFRAGEN="1.0") == 0
    assert inbox.known == set()
