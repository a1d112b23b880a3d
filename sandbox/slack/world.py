"""All that is in the workspace right now: conversations, messages, files, views, and what the bot did wrong."""

from __future__ import annotations

import copy
import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.slack import workspace
from sandbox.slack.workspace import BOT_USER, Channel, Group, Person, Team

JSON = dict[str, Any]


@dataclass
class StoredFile:
    """A file: the object that Slack shows of it, where it was shared, and the bytes behind its addresses."""

    shown: JSON
    channels: list[str]
    contents: dict[str, tuple[str, bytes]] = field(default_factory=dict)


@dataclass
class Upload:
    """A file that the bot has announced and not completed: its bytes once they are there."""

    name: str
    length: int
    url: str
    content: bytes | None = None


class World:
    """The state of the workspace. Everything is done in one event loop, so a change without `await` is atomic."""

    def __init__(self, base_url: str, bump: Callable[[], None], team: Team = workspace.HOME) -> None:
        self.team = team
        self.base_url = base_url
        self.bump = bump
        self._serial = itertools.count(1)
        self._last_ts = 0
        self.reset()

    def reset(self) -> None:
        # Those that work: the one of an app of the workspace's own, and those given out by OAuth.
        self.bot_tokens = {workspace.BOT_TOKEN} if self.team == workspace.HOME else set()
        self.revoked_tokens: set[str] = set()
        self.people: dict[str, Person] = {one.id: one for one in workspace.people(self.team)}
        self.channels: dict[str, Channel] = {one.id: one for one in workspace.channels(self.team)}
        self.groups: dict[str, Group] = {one.id: one for one in workspace.groups(self.team)}
        self.messages: list[JSON] = []
        self.ephemerals: list[JSON] = []
        self.files: dict[str, StoredFile] = {}
        self.uploads: dict[str, Upload] = {}
        self.stacks: dict[str, list[JSON]] = {}
        self.homes: dict[str, JSON] = {}
        self.selections: dict[tuple[str, str], dict[str, JSON]] = {}
        self.suggested: dict[tuple[str, str, str], list[JSON]] = {}
        self.violations: list[JSON] = []
        self.posted: list[JSON] = []
        self.shown: list[JSON] = []
        self.bump()

    # ids and times

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._serial):03d}{secrets.token_hex(4).upper()}"

    def new_token(self) -> str:
        """A bot token, given to the app that installs itself."""
        token = f"xoxb-{next(self._serial)}-{secrets.token_hex(12)}"
        self.bot_tokens.add(token)
        return token

    def new_ts(self) -> str:
        """A message timestamp: now, in seconds with six digits, never twice."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # people

    def is_stranger(self, person: Person) -> bool:
        """Somebody of another company who is in no conversation with the bot. Of those who are in one Slack says that
        they are no strangers."""
        together = (one.has(person.id) and one.has(BOT_USER) for one in self.channels.values())
        return person.team_id != self.team.id and not any(together)

    # conversations

    def channel(self, name: str) -> Channel | None:
        """By id, by name with or without `#`, or the bot's direct messages with a person by their user id."""
        if name in self.channels:
            return self.channels[name]
        if name in self.people and name != BOT_USER:
            return self.direct(name)
        bare = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.name and one.name == bare), None)

    def direct(self, user: str) -> Channel:
        """The bot's direct messages with a person; opened when there are none yet."""
        for one in self.channels.values():
            if one.kind == "im" and one.has(user) and one.has(BOT_USER):
                return one
        opened = Channel(f"D{user[1:]}", "", "im", [user, BOT_USER])
        self.channels[opened.id] = opened
        self.bump()
        return opened

    # messages

    def message(self, channel: str, ts: str) -> JSON | None:
        return next((one for one in self.messages if one["channel"] == channel and one["ts"] == ts), None)

    def in_channel(self, channel: str) -> Iterator[JSON]:
        return (one for one in self.messages if one["channel"] == channel)

    def thread(self, channel: str, ts: str) -> list[JSON]:
        return [one for one in self.in_channel(channel) if ts in (one["ts"], one.get("thread_ts"))]

    def add_message(self, message: JSON) -> JSON:
        """Put a message (with `channel` and `ts`) into its conversation and tell its thread's parent."""
        self.messages.append(message)
        thread_ts = message.get("thread_ts")
        parent = self.message(message["channel"], thread_ts) if thread_ts else None
        if parent is not None and parent is not message:
            message["parent_user_id"] = parent.get("user")
            parent["thread_ts"] = parent["ts"]
            parent["reply_count"] = parent.get("reply_count", 0) + 1
            parent["latest_reply"] = message["ts"]
            parent["reply_users"] = sorted({*parent.get("reply_users", []), message.get("user", "")})
        self.bump()
        return message

    def remove_message(self, message: JSON) -> None:
        self.messages.remove(message)
        self.bump()

    def ephemeral(self, channel: str, ts: str) -> JSON | None:
        return next((one for one in self.ephemerals if one["channel"] == channel and one["ts"] == ts), None)

    # views

    def find_view(self, view_id: str | None = None, external_id: str | None = None) -> tuple[str, JSON] | None:
        """The person who has the view open, and the view."""
        for user, stack in self.stacks.items():
            for view in stack:
                if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                    return user, view
        return None

    # what others see

    def violation(self, kind: str, detail: str) -> None:
        self.violations.append({"kind": kind, "detail": detail, "at": time.time()})
        self.bump()

    def record_posted(self, surface: str, payload: JSON) -> None:
        self.posted.append({"surface": surface, "payload": copy.deepcopy(payload)})

    def record_shown(self, where: str, payload: JSON) -> None:
        """What was to be read in a conversation ("in C…") or by one person ("to U…"), be it changed later or not."""
        self.shown.append({"where": where, "payload": copy.deepcopy(payload)})

    def state(self) -> JSON:
        """What is to be seen now; for reading at once, since nothing of it is copied."""
        return {
            "team": asdict(self.team),
            "bot": {
                "user_id": BOT_USER,
                "bot_id": workspace.BOT_ID,
                "app_id": workspace.APP_ID,
                "name": self.people[BOT_USER].name,
                "real_name": self.people[BOT_USER].real_name,
            },
            "users": [asdict(one) for one in self.people.values()],
            "groups": [asdict(one) for one in self.groups.values()],
            "channels": [
                {**asdict(one), "is_member": one.has(BOT_USER), "is_im": one.kind == "im"}
                for one in self.channels.values()
            ],
            "messages": [_shown(one) for one in self.messages],
            "ephemerals": [_shown(one) for one in self.ephemerals],
            "homes": self.homes,
            "violations": self.violations,
        }


def _shown(message: JSON) -> JSON:
    empty: JSON = {"thread_ts": None, "user": None, "bot_id": None, "text": "", "blocks": [], "files": []}
    return {**empty, "edited": None, **message}
