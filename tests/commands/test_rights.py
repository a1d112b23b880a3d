"""Who may do what, and where."""

from __future__ import annotations

from typing import Any

import pytest

from commands.rights import Allowed, Refusal, Right, Rights
from commands.workspace import Workspace
from tests.commands.test_workspace import MEMBER, OURS, THEIRS, Away, Slack

PEOPLE: dict[str, dict[str, Any]] = {
    "U0ANNA": MEMBER,
    "U0BEN": MEMBER,
    "U0GAST": {**MEMBER, "is_restricted": True},
    "U0WEG": {**MEMBER, "deleted": True},
    "U0HELFER": {**MEMBER, "is_bot": True},
    "U0FREMD": {"team_id": THEIRS},
}
GROUPS = {"S0MAKLER": ["U0ANNA", "U0GAST"]}


def rights(allowed: Allowed | None = None) -> Rights:
    return Rights(Workspace(Slack(GROUPS, **PEOPLE)), allowed or Allowed())


@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize(
    ("user", "refusal"),
    [
        ("U0ANNA", None),
        ("U0BEN", None),
        ("U0GAST", Refusal.GUEST),
        ("U0WEG", Refusal.GONE),
        ("U0HELFER", Refusal.BOT),
        ("U0FREMD", Refusal.STRANGER),
        ("U0NOBODY", Refusal.STRANGER),
    ],
)
def test_by_default_all_members_and_nobody_else(user: str, right: Right, refusal: Refusal | None) -> None:
    # What counts in a channel is for who looks after the workspace.
    expected = Refusal.SET if refusal is None and right is Right.SET else refusal
    assert rights().refusal(user, right, "C0ANFRAGEN") is expected


@pytest.mark.parametrize(
    ("allowed", "user", "link", "undo"),
    [
        (Allowed(link=("U0BEN",)), "U0BEN", None, None),
        (Allowed(link=("U0BEN",)), "U0ANNA", Refusal.LINK, None),
        (Allowed(undo=("U0BEN",)), "U0ANNA", None, Refusal.UNDO),
        (Allowed(link=("S0MAKLER",)), "U0ANNA", None, None),
        (Allowed(link=("S0MAKLER",)), "U0BEN", Refusal.LINK, None),
        (Allowed(link=("S0MAKLER", "U0BEN")), "U0BEN", None, None),
        # A guest in the group is still a guest.
        (Allowed(link=("S0MAKLER",)), "U0GAST", Refusal.GUEST, Refusal.GUEST),
        # A group that Slack does not know lets nobody in, and nobody is told that they are not in it.
        (Allowed(link=("S0GONE",)), "U0BEN", Refusal.UNKNOWN, None),
        (Allowed(link=("S0GONE", "U0BEN")), "U0BEN", None, None),
    ],
)
def test_who_is_named_in_the_settings(allowed: Allowed, user: str, link: Refusal | None, undo: Refusal | None) -> None:
    assert (rights(allowed).refusal(user, Right.LINK), rights(allowed).refusal(user, Right.UNDO)) == (link, undo)


@pytest.mark.parametrize(
    ("channel", "refusal"), [("C0SALES", Refusal.CHANNEL), ("C0ANFRAGEN", None), ("D0ANNA", None), ("", None)]
)
def test_in_which_channels(channel: str, refusal: Refusal | None) -> None:
    assert rights(Allowed(channels=("C0ANFRAGEN",))).refusal("U0ANNA", Right.LINK, channel) is refusal
    assert rights().in_use("C0SALES")


def test_who_cannot_be_looked_up_may_not() -> None:
    workspace = Workspace(Away(GROUPS, **PEOPLE))
    assert Rights(workspace, Allowed()).refusal("U0ANNA", Right.LINK) is Refusal.UNKNOWN


def test_a_group_that_cannot_be_asked_for_lets_nobody_in() -> None:
    class NoGroups(Slack):
        usergroups_users_list = Away.usergroups_users_list

    workspace = Workspace(NoGroups(GROUPS, **PEOPLE))
    assert workspace.team == OURS
    assert Rights(workspace, Allowed(link=("S0MAKLER",))).refusal("U0ANNA", Right.LINK) is Refusal.UNKNOWN
