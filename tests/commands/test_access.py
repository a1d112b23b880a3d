from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from commands.access import Members, is_own
from commands.people import People

OURS, THEIRS = "T0OURS", "T0THEIRS"


@pytest.mark.parametrize(
    ("body", "own"),
    [
        # Events: the workspace, and where the person is from
        ({"team_id": OURS, "event": {"user": "U1"}}, True),
        ({"team_id": OURS, "event": {"user": "U1", "user_team": OURS}}, True),
        ({"team_id": OURS, "event": {"user": "U1", "user_team": THEIRS}}, False),
        ({"team_id": OURS, "event": {"user": "U1", "source_team": THEIRS}}, False),
        ({"team_id": THEIRS, "event": {"user": "U1"}}, False),
        ({"team_id": OURS, "event": {"user": "U1", "team": OURS}}, True),
        # Interactions
        ({"team": {"id": OURS}, "user": {"id": "U1", "team_id": OURS}}, True),
        ({"team": {"id": OURS}, "user": {"id": "U1"}}, True),
        ({"team": {"id": OURS}, "user": {"id": "U1", "team_id": THEIRS}}, False),
        ({"team": {"id": THEIRS}, "user": {"id": "U1", "team_id": THEIRS}}, False),
        ({"team": {"id": THEIRS}, "user": {"id": "U1", "team_id": OURS}}, False),
        ({"team": None, "user": {"id": "U1", "team_id": OURS}}, True),
        # Commands
        ({"team_id": OURS, "user_id": "U1", "command": "/link"}, True),
        ({"team_id": THEIRS, "user_id": "U1", "command": "/link"}, False),
        # Who says nothing of where they are from is not from here
        ({}, False),
        ({"team_id": ""}, False),
        ({"event": None, "user": None, "team": None}, False),
        ({"user": OURS}, False),
    ],
)
def test_whose_request_it_is(body: dict[str, Any], own: bool) -> None:
    assert is_own(body, OURS) is own


def test_without_a_workspace_nobody_is_its_own() -> None:
    assert not is_own({"team_id": ""}, "")


class Directory(WebClient):
    """Slack's directory of people."""

    def __init__(self, **people: dict[str, Any]) -> None:
        super().__init__()
        self.people, self.asked = people, 0

    def users_info(self, *, user: str, **_: Any) -> Any:
        self.asked += 1
        if user not in self.people:
            raise SlackApiError("user_not_found", {"ok": False, "error": "user_not_found"})
        return {"ok": True, "user": self.people[user]}


@pytest.mark.parametrize(
    ("person", "member"),
    [
        ({"team_id": OURS}, True),
        ({"team_id": OURS, "is_stranger": False, "deleted": False}, True),
        ({"team_id": THEIRS}, False),
        ({"team_id": OURS, "is_stranger": True}, False),
        ({"team_id": OURS, "deleted": True}, False),
        ({}, False),
    ],
)
def test_who_belongs_to_the_workspace(person: dict[str, Any], member: bool) -> None:
    assert Members(People(Directory(U1=person))).has("U1", OURS) is member


def test_who_was_looked_up_is_remembered_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    people = Directory(U1={"team_id": OURS})
    members = Members(People(people))
    assert [members.has("U1", OURS) for _ in range(3)] == [True] * 3
    assert people.asked == 1
    monkeypatch.setattr("commands.people.REMEMBER_SECONDS", 0.0)
    people.people["U1"]["deleted"] = True
    assert not members.has("U1", OURS)


def test_who_cannot_be_looked_up_does_not_belong_until_they_can() -> None:
    people = Directory()
    members = Members(People(people))
    assert not members.has("U1", OURS)
    people.people["U1"] = {"team_id": OURS}
    assert members.has("U1", OURS)
