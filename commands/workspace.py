"""What Slack says of the workspace: its people and its user groups. Asked once, and believed for some minutes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from slack_sdk import WebClient

from bot.surface import SLACKBOT, SurfaceError
from commands.people import People
from commands.remembered import Remembered
from commands.slack_calls import call

# What of a conversation says that another company is in it, or invited.
SHARED_SIGNS = (
    *("is_shared", "is_ext_shared", "is_org_shared", "is_pending_ext_shared"),
    *("pending_shared", "pending_connected_team_ids", "connected_team_ids"),
)
NOT_SEEN = frozenset({"user_not_found", "user_not_visible"})

log = logging.getLogger(__name__)


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
    if (
        person.get("is_bot") or person.get("is_workflow_bot") or person.get("id") == SLACKBOT
    ):  # Slack says that this one is no bot
        return Standing.BOT
    if person.get("is_restricted") or person.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER


class Sharing(StrEnum):
    """Who reads along in a conversation."""

    OWN = "own"  # people of this workspace
    SHARED = "shared"  # also people of another company, or they are invited
    UNKNOWN = "unknown"  # Slack does not let us know


class Workspace:
    """The bot's own workspace. Methods raise SurfaceError where Slack cannot be asked."""

    def __init__(self, client: WebClient, people: People | None = None, patient: WebClient | None = None) -> None:
        """`client` asks while somebody waits (`commands.people.impatient`); `patient` asks before a card is posted,
        which may take as long as posting may."""
        self._client = client
        self._patient = patient or client
        self._team = ""
        self._people = people or People(client)
        self._groups = Remembered(self._list)
        self._sharing = Remembered(self._look)

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

    def member_with(self, address: str) -> str:
        """The full member with a mail address; empty where there is none, or Slack does not let us know."""
        try:
            found = call(lambda: self._patient.users_lookupByEmail(email=address))["user"]
        except SurfaceError as error:
            if not error.permanent:
                raise
            log.info("nobody is known by a mail address: %s", error.code)
            return ""
        return str(found["id"]) if standing(found, self.team) is Standing.MEMBER else ""

    def is_admin(self, user: str) -> bool:
        """Whether somebody looks after the workspace: an admin or an owner of it."""
        person = self._people.get(user)
        return any(person.get(name) for name in ("is_admin", "is_owner", "is_primary_owner"))

    def in_group(self, group: str, user: str) -> bool:
        """Whether somebody is in a user group."""
        return user in self.members(group)

    def members(self, group: str) -> frozenset[str]:
        """The people of a user group."""
        return self._groups.get(group)

    def sharing(self, channel: str) -> Sharing:
        """Who reads along in a conversation. Raises SurfaceError where Slack cannot be asked for now."""
        return self._sharing.get(channel)

    def is_shared(self, channel: str) -> bool:
        """Whether a conversation must hold nothing of customers: where others read along, or where that is not known.
        Raises SurfaceError where Slack cannot be asked for now."""
        return self.sharing(channel) is not Sharing.OWN

    def surely_shared(self, channel: str) -> bool:
        """Whether Slack says that others read along. Raises SurfaceError where it cannot be asked for now."""
        return self.sharing(channel) is Sharing.SHARED

    def is_now_shared(self, channel: str) -> None:
        """Slack said so by itself."""
        self._sharing.put(channel, Sharing.SHARED)

    def forget_channel(self, channel: str) -> None:
        self._sharing.forget(channel)

    def _look(self, channel: str) -> Sharing:
        """https://docs.slack.dev/reference/objects/conversation-object"""
        try:
            found = call(lambda: self._patient.conversations_info(channel=channel))["channel"]
            if found.get("is_im"):  # the bot and one person
                others = [str(found.get("user") or "")]
            elif found.get("is_mpim"):
                others = list(call(lambda: self._patient.conversations_members(channel=channel))["members"])
            else:
                others = []
            strange = any(self.standing(one) is Standing.STRANGER for one in others)
        except SurfaceError as error:
            if not error.permanent:
                raise
            log.warning("who reads along in %s is not known: %s", channel, error.code)
            return Sharing.UNKNOWN
        return Sharing.SHARED if strange or any(found.get(name) for name in SHARED_SIGNS) else Sharing.OWN

    def _list(self, group: str) -> frozenset[str]:
        return frozenset(call(lambda: self._client.usergroups_users_list(usergroup=group))["users"])
