"""The Web API's `auth.*`, `apps.*`, `api.*`, `users.*`, `usergroups.*` and `blocks.validate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.slack.blockkit import check_blocks, check_view
from sandbox.slack.checks import Problem
from sandbox.slack.errors import SlackError
from sandbox.slack.webapi import Method
from sandbox.slack.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    EMAIL_USER,
    Group,
    Person,
)
from sandbox.slack.world import JSON, World


class TeamMethods:
    """`new_address` makes a WebSocket address for Socket Mode."""

    def __init__(self, world: World, scopes: frozenset[str], new_address: Callable[[], str]) -> None:
        self._world = world
        self._scopes = scopes
        self._new_address = new_address

    def methods(self) -> Mapping[str, Method]:
        locale = {"include_locale": "bool"}
        return {
            "api.test": Method(self.api_test, optional={"error": "str", "foo": "str"}, caller="anybody"),
            "auth.test": Method(self.auth_test),
            "bots.info": Method(self.bot, {"bot": "str"}, scopes=("users:read",)),
            "apps.connections.open": Method(self.open_connection, caller="app"),
            "users.info": Method(self.user, {"user": "str"}, locale, ("users:read",)),
            "users.list": Method(
                self.users,
                optional={**locale, "cursor": "str", "limit": "int", "team_id": "str"},
                scopes=("users:read",),
            ),
            "users.lookupByEmail": Method(self.by_email, {"email": "str"}, scopes=("users:read.email",)),
            "usergroups.list": Method(
                self.groups,
                optional={"include_count": "bool", "include_disabled": "bool", "include_users": "bool"},
                scopes=("usergroups:read",),
            ),
            "usergroups.users.list": Method(
                self.group_users, {"usergroup": "str"}, {"include_disabled": "bool"}, ("usergroups:read",)
            ),
            "blocks.validate": Method(
                self.validate, optional={"blocks": "json", "message": "json", "view": "json"}, caller="anybody"
            ),
        }

    def api_test(self, asked: JSON) -> JSON:
        if "error" in asked:
            raise SlackError(asked["error"], more={"args": asked})
        return {"args": asked}

    def auth_test(self, _asked: JSON) -> JSON:
        return {
            "url": f"https://{self._world.team.domain}.slack.com/",
            "team": self._world.team.name,
            "user": self._world.people[BOT_USER].name,
            "team_id": self._world.team.id,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def bot(self, asked: JSON) -> JSON:
        """Source: docs.slack.dev/reference/methods/bots.info."""
        if asked["bot"] != BOT_ID:
            raise SlackError("bot_not_found")
        name = self._world.people[BOT_USER].name
        return {"bot": {"id": BOT_ID, "deleted": False, "name": name, "app_id": APP_ID, "user_id": BOT_USER}}

    def open_connection(self, _asked: JSON) -> JSON:
        return {"url": self._new_address()}

    def user(self, asked: JSON) -> JSON:
        person = self._world.people.get(asked["user"])
        if person is None:
            raise SlackError("user_not_found")
        return {"user": self._shown(person, asked)}

    def users(self, asked: JSON) -> JSON:
        members = [self._shown(one, asked) for one in self._world.people.values()]
        return {"members": members, "response_metadata": {"next_cursor": ""}}

    def by_email(self, asked: JSON) -> JSON:
        wanted = asked["email"].casefold()
        for person in self._world.people.values():
            if person.email.casefold() == wanted and person.team_id == self._world.team.id:
                return {"user": self._shown(person, {})}
        raise SlackError("users_not_found")

    def groups(self, asked: JSON) -> JSON:
        return {
            "usergroups": [
                {**_group(one, self._world.team.id), **({"users": one.users} if asked.get("include_users") else {})}
                for one in self._world.groups.values()
            ]
        }

    def group_users(self, asked: JSON) -> JSON:
        group = self._world.groups.get(asked["usergroup"])
        if group is None:
            raise SlackError("no_such_subteam")
        return {"users": group.users}

    def validate(self, asked: JSON) -> JSON:
        """Exactly one of `blocks`, `view`, `message`; the problems are listed in `errors`."""
        given = {key: value for key, value in asked.items() if key in ("blocks", "view", "message")}
        if len(given) != 1:
            raise SlackError("invalid_arguments", ["[ERROR] exactly one of blocks, view, message is required"])
        problems = _problems(*next(iter(given.items())))
        if problems:
            raise SlackError("invalid_blocks", more={"errors": [one.as_json() for one in problems]})
        return {}

    def _shown(self, person: Person, asked: JSON) -> JSON:
        """Source: docs.slack.dev/reference/objects/user-object. What is not known of somebody of another company, and
        of a deactivated person, is left out."""
        profile = {"real_name": person.real_name, "display_name": person.name, "team": person.team_id}
        if "users:read.email" in self._scopes and person.email and person.team_id == self._world.team.id:
            profile["email"] = person.email
        shown: JSON = {
            "id": person.id,
            "team_id": person.team_id,
            "name": person.name,
            "deleted": person.deleted,
            "real_name": person.real_name,
            "profile": profile,
            "is_bot": person.is_bot and person.id != EMAIL_USER,  # of its own bot Slack says that it is none
            "is_app_user": False,
            "updated": 1,
        }
        if person.deleted:
            return shown
        if person.team_id != self._world.team.id:
            return {**shown, "is_stranger": self._world.is_stranger(person)}
        if asked.get("include_locale"):
            shown["locale"] = person.locale
        return {
            **shown,
            "tz": "Europe/Berlin",
            "tz_label": "Central European Time",
            "tz_offset": 3600,
            "is_admin": person.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": person.is_restricted,
            "is_ultra_restricted": person.is_ultra_restricted,
        }


def _group(group: Group, team_id: str) -> JSON:
    return {
        "id": group.id,
        "team_id": team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "is_external": False,
        "date_delete": 0,
        "user_count": len(group.users),
    }


def _problems(kind: str, value: Any) -> list[Problem]:
    if kind == "blocks":
        return check_blocks(value)
    if kind == "view":
        surface = value.get("type") if isinstance(value, dict) else None
        return check_view(value, surface if surface in ("modal", "home") else "modal")
    if not isinstance(value, dict):
        return [Problem("invalid_type", "must provide an object", "")]
    return check_blocks(value.get("blocks", []), at="/blocks")
