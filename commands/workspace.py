"""What Slack says of the workspace: its people and its user groups. Asked once, and believed for some minutes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from slack_sdk import WebClient

from bot.surface import SurfaceError
from commands.people import People
from commands.remembered import Remembered
from commands.slack_calls import call

# The one user of whom Slack says that it is no bot although it is one.
SLACKBOT = "USLACKBOT"
NOT_SEEN = frozenset({"user_not_found", "user_not_visible"})


class Standing(StrEnum):
    """What somebody is in the workspace."""

    MEMBER = "member"
    GUEST = "guest"
    GONE = "gone"
    BOT = "bot"
    STRANGER = "stranger"


def standing(person: Mapping[str, Any], team: str) -> Standing:
    """What Slack's user object says of somebody, seen from the workspace `team`.

    https://docs.slack.dev/reference/objects/user-object; of people of other companies it says that they are no
    strangers as soon as they share a channel with the bot, so that only their `team_id` tells.
    """
    if not team or person.get("team_id") != team or person.get("is_stranger"):
        return Standing.STRANGER
    if person.get("deleted"):
        return Standing.GONE
    if person.get("is_bot") or person.get("is_workflow_bot") or person.get("id") == SLACKBOT:
        return Standing.BOT
    if person.get("is_restricted") or person.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER


class Workspace:
    """The bot's own workspace. Methods raise SurfaceError where Slack cannot be asked."""

    def __init__(self, client: WebClient, people: People | None = None) -> None:
        """`client` asks while somebody waits (`commands.people.impatient`)."""
        self._client = client
        self._team = ""
        self._people = people or People(client)
        self._groups = Remembered(self._list)

    @property
    def team(self) -> str:
        """The id of the bot's workspace."""
        if not self._team:
            self._team = str(call(self._client.auth_test)["team_id"])
        return self._team

    def standing(self, user: str) -> Standing:
        """What somebody is in the workspace; whom Slack does not show us is a stranger."""
        try:
            return standing(self._people.get(user), self.team)
        except SurfaceError as error:
            if error.code in NOT_SEEN:
                return Standing.STRANGER
            raise

    def in_group(self, group: str, user: str) -> bool:
        """Whether somebody is in a user group."""
        return user in self.members(group)

    def members(self, group: str) -> frozenset[str]:
        """The people of a user group."""
        return self._groups.get(group)

    def _list(self, group: str) -> frozenset[str]:
        return frozenset(call(lambda: self._client.usergroups_users_list(usergroup=group))["users"])
