"""Mails that come over HTTP at the same time, and what else comes with them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from bot.intake import Incoming
from bot.surface import SurfaceError
from commands.gathered import Gathered
from commands.mail_events import MailEvents
from tests.commands.test_inbox import EXPECTED, TEAM, fixture

# Bolt has more to do with these than to write down a mail.
LEFT = {"pasted_to_the_bot_alone", "file_of_a_shared_channel"}
MAILS = sorted(name for name, keys in EXPECTED.items() if keys and name not in LEFT)
OTHERS = sorted(EXPECTED.keys() - set(MAILS))


class Written:
    """What was written down, one list for each transaction."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.fails = False

    def receive_all(self, mails: Sequence[tuple[Incoming, dict[str, Any]]]) -> None:
        if self.fails:
            raise OSError("the disk is full")
        self.transactions.append([incoming.key.partition(":")[2] for incoming, _ in mails])


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
def events(written: Written) -> MailEvents:
    return MailEvents(written.receive_all, team=lambda: TEAM, in_use=lambda channel: channel != "C0ELSEWHERE")


def raw(body: object) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize("name", MAILS)
def test_each_shape_of_a_mail_is_written_down(events: MailEvents, written: Written, name: str) -> None:
    body = raw({"type": "event_callback", **fixture(name)})
    assert events.may_be(body)
    assert events.take([body]) == [True]
    assert written.transactions == [list(EXPECTED[name])]


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_more_or_other_than_a_mail_is_for_bolt(events: MailEvents, written: Written, name: str) -> None:
    body = raw({"type": "event_callback", **fixture(name)})
    assert not (events.may_be(body) and events.take([body])[0])
    assert not written.transactions


def changed(**changes: Any) -> dict[str, Any]:
    return {"type": "event_callback", **fixture("mail_to_a_channel"), **changes}


EVENT = changed()["event"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(changed(team_id="T0OTHER"), id="another workspace's"),
        pytest.param(changed(event={**EVENT, "user_team": "T0OTHER"}), id="a guest company's"),
        pytest.param(changed(is_ext_shared_channel=True), id="Slack says that others read along"),
        pytest.param(changed(event={**EVENT, "channel": "C0ELSEWHERE"}), id="a channel that is not used"),
        pytest.param(changed(event={**EVENT, "type": "app_mention"}), id="another event"),
        pytest.param(changed(event={**EVENT, "subtype": "message_deleted", "deleted_ts": "1.0"}), id="a deletion"),
        pytest.param(changed(event=None), id="no event"),
        pytest.param(changed(event={**EVENT, "files": [7]}), id="files that are none"),
        pytest.param(changed(event={**EVENT, "files": "many"}), id="files in another shape"),
        pytest.param(changed(event={**EVENT, "ts": {}}), id="a moment that is none"),
        pytest.param(changed(event={**EVENT, "thread_ts": "1.0\0"}), id="what PostgreSQL does not take"),
        pytest.param(changed(event={**EVENT, "user": "\ud800"}), id="what no database takes"),
        pytest.param([], id="a list"),
        pytest.param(None, id="nothing"),
    ],
)
def test_what_is_not_quite_a_mail_of_ours_is_for_bolt_and_keeps_nothing_back(
    events: MailEvents, written: Written, body: object
) -> None:
    mail = raw(changed())
    deep, broken = b'{"files"' + b":[" * 100_000, b'{"files":'
    assert events.take([mail, raw(body), deep, broken, b"\xff\xfe"]) == [True, False, False, False, False]
    assert written.transactions == [["C0ANFRAGEN:F0000000001"]]


def test_while_slack_cannot_be_asked_for_the_bots_workspace_all_is_for_bolt(written: Written) -> None:
    def team() -> str:
        raise SurfaceError("away", permanent=False)

    events = MailEvents(written.receive_all, team=team, in_use=lambda _: True)
    assert events.take([raw(changed())]) == [False]
    assert not written.transactions


def test_mails_that_come_at_the_same_time_are_written_down_together(events: MailEvents, written: Written) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def take(bodies: Sequence[bytes]) -> list[bool]:
        begun.set()
        assert go_on.wait(30)
        return events.take(bodies)

    async def run() -> list[bool]:
        gathered: Gathered[bytes, bool] = Gathered(take, "tests")
        mail, word = raw(changed()), raw({"type": "event_callback", **fixture("words_in_a_channel")})
        first = asyncio.create_task(gathered.add(mail))
        await asyncio.to_thread(begun.wait, 30)
        rest = [asyncio.create_task(gathered.add(one)) for one in (mail, word, mail)]
        gone = asyncio.create_task(gathered.add(mail))
        await asyncio.sleep(0)
        gone.cancel()  # who asked hung up
        go_on.set()
        return [await one for one in (first, *rest)]

    assert asyncio.run(run()) == [True, True, False, True]
    assert [len(one) for one in written.transactions] == [1, 3]


def test_what_could_not_be_written_fails_for_all_who_wait_and_the_next_goes_on(
    events: MailEvents, written: Written
) -> None:
    async def run() -> list[object]:
        gathered: Gathered[bytes, bool] = Gathered(events.take, "tests")
        written.fails = True
        failed = await asyncio.gather(*(gathered.add(raw(changed())) for _ in range(3)), return_exceptions=True)
        written.fails = False
        return [*failed, await gathered.add(raw(changed()))]

    *failed, well = asyncio.run(run())
    assert [type(one) for one in failed] == [OSError] * 3
    assert well is True
