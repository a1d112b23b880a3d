from __future__ import annotations

from typing import Any

import pytest

from commands.access import asked_right, is_own
from commands.rights import Right

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
        ({"team_id": OURS, "event": {"user": "U1", "team": THEIRS}}, False),
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


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ({"command": "/link"}, Right.LINK),
        ({"type": "message_action"}, Right.LINK),
        ({"type": "block_suggestion"}, Right.LINK),
        ({"type": "view_submission"}, Right.LINK),
        ({"actions": [{"action_id": "proposal.link"}]}, Right.LINK),
        ({"actions": [{"action_id": "proposal.undo"}]}, Right.UNDO),
        ({"actions": [{"action_id": "proposal.undo_how"}]}, Right.UNDO),
        ({"actions": []}, Right.LINK),
    ],
)
def test_which_right_is_asked_for(body: dict[str, Any], right: Right) -> None:
    assert asked_right(body) is right
