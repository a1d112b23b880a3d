"""Who may do what, and where: all members everywhere, unless the settings say otherwise."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.surface import SurfaceError
from commands.workspace import Standing, Workspace

log = logging.getLogger(__name__)


class Right(StrEnum):
    """What a person asks the bot to do. Whoever may link may see what a mail could be linked to, and put it aside."""

    LINK = "link"
    UNDO = "undo"
    CREATE = "create"
    SET = "set"


class Refusal(StrEnum):
    """Why not; the words stand in `bot/language`, each as `refused.` and its value."""

    STRANGER = "stranger"
    GUEST = "guest"
    GONE = "gone"
    BOT = "bot"
    UNKNOWN = "unknown"
    CHANNEL = "channel"
    LINK = "link"
    UNDO = "undo"
    CREATE = "create"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The settings: user ids and ids of user groups for each right, ids of channels; empty: all, and to set what counts
    in a channel: who looks after the workspace."""

    link: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    create: tuple[str, ...] = ()
    set: tuple[str, ...] = ()


class Rights:
    """Decides for each press, search, shortcut and command. Who cannot be looked up may not."""

    def __init__(self, workspace: Workspace, allowed: Allowed) -> None:
        self._workspace = workspace
        self.channels = allowed.channels
        self._named = {
            Right.LINK: allowed.link,
            Right.UNDO: allowed.undo,
            Right.CREATE: allowed.create,
            Right.SET: allowed.set,
        }

    def refusal(self, user: str, right: Right, channel: str = "") -> Refusal | None:
        """Why somebody may not; None where they may. Without a channel only the person counts."""
        try:
            standing = self._workspace.standing(user)
            if standing is not Standing.MEMBER:
                return Refusal(standing.value)
            if channel and not self.in_use(channel):
                return Refusal.CHANNEL
            # What is created is linked, too.
            needed = (Right.LINK, Right.CREATE) if right is Right.CREATE else (right,)
            if right is Right.SET and not self._named[right]:
                return None if self._workspace.is_admin(user) else Refusal.SET
            missing = [one for one in needed if not self._is_named(user, self._named[one])]
            return Refusal(missing[0].value) if missing else None
        except SurfaceError as error:
            log.warning("a person could not be looked up: %s", error.code)
            return Refusal.UNKNOWN

    def is_admin(self, user: str) -> bool:
        """Whether somebody looks after the workspace; who cannot be looked up does not."""
        try:
            return self._workspace.is_admin(user)
        except SurfaceError as error:
            log.warning("a person could not be looked up: %s", error.code)
            return False

    def in_use(self, channel: str) -> bool:
        """Whether the bot works in a conversation. A person's own conversation with it is always one."""
        return not self.channels or channel.startswith("D") or channel in self.channels

    def _is_named(self, user: str, named: Iterable[str]) -> bool:
        named = tuple(named)
        groups = [one for one in named if one.startswith("S")]
        return not named or user in named or any(self._workspace.in_group(group, user) for group in groups)
