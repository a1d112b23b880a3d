"""Zoho's own users: who they are tells sent mail from received, and whose mail it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.crm.zoho.client import Answer, Client
from bot.mail import Mail, Participant

KEPT_SECONDS = 600.0
PAGE_SIZE = "200"


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    admin: bool
    active: bool = True

    def participant(self) -> Participant:
        return Participant(self.name or None, self.email)


@dataclass(frozen=True, slots=True)
class Team:
    """All users with an address, and the one in whose name the bot works."""

    users: tuple[User, ...]
    me: User | None

    def staff(self) -> list[Participant]:
        return [user.participant() for user in self.users]

    def owner(self, mail: Mail, sent: bool) -> User | None:
        """Another user than the bot's, whose mail this is: its sender, or of a received mail its first recipient. Only
        an administrator may name an owner."""
        people = [mail.sender] if sent else [*mail.to, *mail.cc, *mail.bcc]
        whose = self._first(person for person in people if person is not None)
        return whose if self.me is not None and whose is not None and whose.id != self.me.id else None

    def _first(self, people: Iterable[Participant]) -> User | None:
        by_address = {user.email.lower(): user for user in self.users if user.active}
        found = (by_address.get((person.address or "").lower()) for person in people)
        return next((user for user in found if user is not None), None)


class Users:
    """Asks for the users, and keeps them for ten minutes; safe to use from several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._team: tuple[float, Team] | None = None

    def team(self) -> Team:
        """Raises CRMError."""
        with self._lock:
            if self._team is None or time.monotonic() - self._team[0] > KEPT_SECONDS:
                self._team = (time.monotonic(), self._ask())
            return self._team[1]

    def _ask(self) -> Team:
        users: list[User] = []
        page = 1
        while True:
            params = {"type": "AllUsers", "page": str(page), "per_page": PAGE_SIZE}
            answer = self._client.get("users", params)
            users += _users(answer)
            if answer.info.get("more_records") is not True:
                break
            page += 1
        me = next(iter(_users(self._client.get("users", {"type": "CurrentUser"}))), None)
        if me is not None and not me.admin:
            # Profiles can be renamed and copied: Zoho's own list of administrators decides.
            admins = _users(self._client.get("users", {"type": "AdminUsers"}))
            me = replace(me, admin=any(admin.id == me.id for admin in admins))
        return Team(tuple(users), me)


def _users(answer: Answer) -> list[User]:
    return [
        User(
            str(item.get("id") or ""),
            str(item.get("full_name") or ""),
            str(item["email"]),
            admin=_is_admin(item),
            active=item.get("status", "active") == "active",
        )
        for item in answer.items("users")
        if item.get("email")
    ]


def _is_admin(item: Mapping[str, Any]) -> bool:
    profile = item.get("profile")
    return isinstance(profile, Mapping) and profile.get("name") == "Administrator"
