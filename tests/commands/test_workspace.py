"""What somebody is in the workspace, and how often Slack is asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.surface import SurfaceError
from commands import remembered
from commands.remembered import Remembered
from commands.workspace import SHARED_SIGNS, Sharing, Standing, Workspace, standing

OURS, THEIRS = "T0OURS", "T0THEIRS"


class Slack(WebClient):
    """Slack's directory of people and groups."""

    def __init__(self, groups: dict[str, list[str]] | None = None, **people: dict[str, Any]) -> None:
        super().__init__()
        self.people, self.groups, self.asked = people, groups or {}, 0
        self.channels: dict[str, dict[str, Any]] = {}

    def auth_test(self, **_: Any) -> Any:
        return {"ok": True, "team_id": OURS}

    def users_info(self, *, user: str, **_: Any) -> Any:
        self.asked += 1
        if user not in self.people:
            raise refused("user_not_found")
        return {"ok": True, "user": {"id": user, **self.people[user]}}

    def conversations_info(self, *, channel: str, **_: Any) -> Any:
        self.asked += 1
        if channel not in self.channels:
            raise refused("channel_not_found")
        return {"ok": True, "channel": {"id": channel, **self.channels[channel]}}

    def conversations_members(self, *, channel: str, **_: Any) -> Any:
        return {"ok": True, "members": self.channels[channel]["members"]}

    def usergroups_users_list(self, *, usergroup: str, **_: Any) -> Any:
        self.asked += 1
        if usergroup not in self.groups:
            raise refused("no_such_subteam")
        return {"ok": True, "users": self.groups[usergroup]}


class Away(Slack):
    """Slack does not answer."""

    def conversations_info(self, *, channel: str, **_: Any) -> Any:
        raise TimeoutError

    def users_info(self, *, user: str, **_: Any) -> Any:
        raise TimeoutError

    def usergroups_users_list(self, *, usergroup: str, **_: Any) -> Any:
        raise TimeoutError


def refused(code: str) -> SlackApiError:
    return SlackApiError(code, {"ok": False, "error": code})


MEMBER = {"team_id": OURS, "deleted": False, "is_bot": False, "is_restricted": False, "is_ultra_restricted": False}


@pytest.mark.parametrize(
    ("person", "what"),
    [
        (MEMBER, Standing.MEMBER),
        ({"team_id": OURS}, Standing.MEMBER),
        ({**MEMBER, "is_admin": True, "is_owner": True}, Standing.MEMBER),
        ({**MEMBER, "is_restricted": True}, Standing.GUEST),
        ({**MEMBER, "is_restricted": True, "is_ultra_restricted": True}, Standing.GUEST),
        ({**MEMBER, "is_ultra_restricted": True}, Standing.GUEST),
        ({"team_id": OURS, "deleted": True}, Standing.GONE),
        ({**MEMBER, "is_bot": True}, Standing.BOT),
        ({**MEMBER, "is_workflow_bot": True}, Standing.BOT),
        ({**MEMBER, "id": "USLACKBOT"}, Standing.BOT),
        ({**MEMBER, "team_id": THEIRS, "is_stranger": False}, Standing.STRANGER),
        ({**MEMBER, "is_stranger": True}, Standing.STRANGER),
        ({**MEMBER, "team_id": ""}, Standing.STRANGER),
        ({}, Standing.STRANGER),
    ],
)
def test_what_somebody_is(person: dict[str, Any], what: Standing) -> None:
    assert standing(person, OURS) is what


def test_without_a_workspace_everybody_is_a_stranger() -> None:
    assert standing({"team_id": ""}, "") is Standing.STRANGER


def test_who_was_looked_up_is_remembered_for_some_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    slack = Slack(U1=dict(MEMBER))
    workspace = Workspace(slack)
    assert {workspace.standing("U1") for _ in range(3)} == {Standing.MEMBER}
    assert slack.asked == 1
    slack.people["U1"]["deleted"] = True
    assert workspace.standing("U1") is Standing.MEMBER
    monkeypatch.setattr(remembered, "REMEMBER_SECONDS", 0.0)
    assert workspace.standing("U1") is Standing.GONE


def test_whom_slack_does_not_know_is_a_stranger_and_silence_is_no_answer() -> None:
    assert Workspace(Slack()).standing("U1") is Standing.STRANGER
    workspace = Workspace(Away())
    for ask in (lambda: workspace.standing("U1"), lambda: workspace.in_group("S1", "U1")):
        with pytest.raises(SurfaceError) as caught:
            ask()
        assert not caught.value.permanent


def test_who_is_in_a_group() -> None:
    slack = Slack({"S1": ["U1", "U2"]})
    workspace = Workspace(slack)
    assert [workspace.in_group("S1", user) for user in ("U1", "U2", "U3")] == [True, True, False]
    assert slack.asked == 1


def test_several_who_ask_at_once_wait_for_one_answer() -> None:
    asked, go = [], threading.Event()

    def ask(key: str) -> str:
        asked.append(key)
        go.wait(5)
        return key.upper()

    known = Remembered(ask)
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(known.get, "a") for _ in range(4)]
        go.set()
        assert [one.result() for one in waiting] == ["A"] * 4
    assert asked == ["a"]


def test_a_failure_is_not_remembered_and_what_is_too_old_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = [ValueError(), "now"]

    def ask(_key: str) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    known: Remembered[Any] = Remembered(ask)
    with pytest.raises(ValueError):
        known.get("a")
    assert known.known("a") is None
    assert known.get("a") == known.known("a") == "now"
    known.forget("a")
    assert known.known("a") is None
    monkeypatch.setattr(remembered, "MANY", 3)
    for number in range(3):
        known.put(str(number), number)
    monkeypatch.setattr(remembered, "REMEMBER_SECONDS", 0.0)
    known.put("new", 1)
    assert list(known._known) == ["new"]


THEM = {"team_id": THEIRS}


@pytest.mark.parametrize(
    ("channel", "what"),
    [
        ({"is_channel": True}, Sharing.OWN),
        ({"is_channel": True, **dict.fromkeys(SHARED_SIGNS[:4], False), "pending_shared": []}, Sharing.OWN),
        *[({"is_channel": True, sign: True}, Sharing.SHARED) for sign in SHARED_SIGNS[:4]],
        ({"is_channel": True, "pending_connected_team_ids": [THEIRS]}, Sharing.SHARED),
        ({"is_im": True, "user": "U1"}, Sharing.OWN),
        ({"is_im": True, "user": "U2"}, Sharing.SHARED),
        ({"is_im": True}, Sharing.SHARED),
        ({"is_mpim": True, "members": ["U1", "U1"]}, Sharing.OWN),
        ({"is_mpim": True, "members": ["U1", "U2"]}, Sharing.SHARED),
    ],
)
def test_who_reads_along_in_a_conversation(channel: dict[str, Any], what: Sharing) -> None:
    slack = Slack(U1=dict(MEMBER), U2=dict(THEM))
    slack.channels["C1"] = channel
    workspace = Workspace(slack)
    assert workspace.sharing("C1") is what
    assert (workspace.is_shared("C1"), workspace.surely_shared("C1")) == (what is Sharing.SHARED,) * 2


def test_who_reads_along_is_asked_once_and_what_slack_tells_by_itself_counts_at_once() -> None:
    slack = Slack()
    slack.channels["C1"] = {"is_channel": True}
    workspace = Workspace(slack)
    assert [workspace.is_shared("C1") for _ in range(3)] == [False] * 3
    assert slack.asked == 1
    workspace.is_now_shared("C1")
    assert workspace.is_shared("C1")
    workspace.forget_channel("C1")
    assert not workspace.is_shared("C1")


def test_where_slack_does_not_let_us_know_others_may_read_along() -> None:
    workspace = Workspace(Slack())
    assert workspace.is_shared("C1") and not workspace.surely_shared("C1")
    away = Workspace(Away())
    for ask in (away.is_shared, away.surely_shared):  # then nothing is posted either, and it is tried again
        with pytest.raises(SurfaceError) as caught:
            ask("C1")
        assert not caught.value.permanent
