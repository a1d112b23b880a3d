"""The Web API's `conversations.*`, `users.conversations` and `files.info`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from sandbox.slack.errors import SlackError, missing_scope
from sandbox.slack.events import MESSAGES
from sandbox.slack.files import Files
from sandbox.slack.webapi import Method
from sandbox.slack.workspace import BOT_USER, Channel
from sandbox.slack.world import JSON, World

_SCOPE_FAMILY = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_PAGED = {"cursor": "str", "limit": "int"}
_RANGE = {**_PAGED, "latest": "str", "oldest": "str", "inclusive": "bool", "include_all_metadata": "bool"}


class ConversationMethods:
    def __init__(self, world: World, scopes: frozenset[str], files: Files) -> None:
        self._world = world
        self._scopes = scopes
        self._files = files

    def methods(self) -> Mapping[str, Method]:
        channel = {"channel": "str"}
        info = {"include_locale": "bool", "include_num_members": "bool"}
        return {
            "conversations.info": Method(self.info, channel, info),
            "conversations.members": Method(self.members, channel, _PAGED),
            "conversations.history": Method(self.history, channel, _RANGE),
            "conversations.replies": Method(self.replies, {**channel, "ts": "str"}, _RANGE),
            "conversations.open": Method(
                self.open,
                optional={"channel": "str", "users": "str", "return_im": "bool", "prevent_creation": "bool"},
            ),
            "users.conversations": Method(
                self.own, optional={**_PAGED, "types": "str", "exclude_archived": "bool", "user": "str"}
            ),
            "files.info": Method(
                self.file_info,
                {"file": "str"},
                {**_PAGED, "count": "int", "page": "int"},
                ("files:read",),
            ),
        }

    def info(self, asked: JSON) -> JSON:
        channel = self._readable(asked["channel"], "read")
        shown = self._shown(channel)
        if asked.get("include_num_members"):
            shown["num_members"] = len(channel.members)
        return {"channel": shown}

    def members(self, asked: JSON) -> JSON:
        channel = self._readable(asked["channel"], "read")
        page, cursor = _page(channel.members, asked, 100)
        return {"members": page, "response_metadata": {"next_cursor": cursor}}

    def own(self, asked: JSON) -> JSON:
        """The conversations that somebody is in, by default the bot and in public channels only."""
        kinds = [one.strip() for one in asked.get("types", "public_channel").split(",")]
        if not all(kind in _KINDS for kind in kinds):
            raise SlackError("invalid_types")
        for kind in kinds:
            self._need(f"{_SCOPE_FAMILY[_KINDS[kind]]}:read")
        found = [
            self._shown(one)
            for one in self._world.channels.values()
            if one.has(asked.get("user", BOT_USER))
            and one.kind in [_KINDS[kind] for kind in kinds]
            and not (asked.get("exclude_archived") and one.archived)
        ]
        page, cursor = _page(found, asked, 100)
        return {"channels": page, "response_metadata": {"next_cursor": cursor}}

    def history(self, asked: JSON) -> JSON:
        """Newest first, without the replies of threads."""
        channel = self._inside(asked["channel"])
        found = [
            one
            for one in self._world.in_channel(channel.id)
            if one.get("thread_ts") in (None, one["ts"]) or one.get("subtype") == "thread_broadcast"
        ]
        return self._messages(list(reversed(found)), asked)

    def replies(self, asked: JSON) -> JSON:
        """A message and its thread, oldest first."""
        channel = self._inside(asked["channel"])
        asked_for = self._world.message(channel.id, asked["ts"])
        if asked_for is None:
            raise SlackError("thread_not_found")
        return self._messages(self._world.thread(channel.id, asked_for.get("thread_ts") or asked_for["ts"]), asked)

    def open(self, asked: JSON) -> JSON:
        """The direct messages with one person."""
        if "channel" in asked:
            channel = self._world.channels.get(asked["channel"])
            if channel is None or not channel.has(BOT_USER):
                raise SlackError("channel_not_found")
        else:
            users = [one.strip() for one in asked.get("users", "").split(",") if one.strip()]
            if not users:
                raise SlackError("users_list_not_supplied")
            if any(one not in self._world.people for one in users):
                raise SlackError("user_not_found")
            if len(users) > 1:
                raise SlackError("method_not_supported_for_channel_type")
            self._need("im:write")
            channel = self._world.direct(users[0])
        shown = self._shown(channel) if asked.get("return_im") else {"id": channel.id}
        return {"channel": shown}

    def file_info(self, asked: JSON) -> JSON:
        stored = self._files.visible(asked["file"])
        if stored is None:
            raise SlackError("file_not_found")
        paging = {"count": 100, "total": 0, "page": 1, "pages": 0}
        shown = {**stored.shown, "channels": stored.channels}
        return {"file": shown, "comments": [], "paging": paging, "response_metadata": {"next_cursor": ""}}

    def _messages(self, found: list[JSON], asked: JSON) -> JSON:
        oldest, latest = asked.get("oldest", "0"), asked.get("latest", "9999999999.999999")
        ends = (oldest, latest) if asked.get("inclusive") else ()
        ranged = [one for one in found if oldest < one["ts"] < latest or one["ts"] in ends]
        page, cursor = _page(ranged, asked, 100)
        hidden = {"channel"} if asked.get("include_all_metadata") else {"channel", "metadata"}
        answer: JSON = {
            "messages": [{key: value for key, value in one.items() if key not in hidden} for one in page],
            "has_more": bool(cursor),
        }
        if cursor:
            answer["response_metadata"] = {"next_cursor": cursor}
        return answer

    def _inside(self, channel_id: str) -> Channel:
        channel = self._readable(channel_id, "history")
        if not channel.has(BOT_USER):
            raise SlackError("not_in_channel")
        return channel

    def _readable(self, channel_id: str, right: str) -> Channel:
        channel = self._world.channels.get(channel_id)
        if channel is None or (channel.kind != "channel" and not channel.has(BOT_USER)):
            raise SlackError("channel_not_found")
        self._need(MESSAGES[channel.kind][1] if right == "history" else f"{_SCOPE_FAMILY[channel.kind]}:read")
        return channel

    def _need(self, scope: str) -> None:
        if scope not in self._scopes:
            raise missing_scope(scope, self._scopes)

    def _shown(self, channel: Channel) -> JSON:
        shown: JSON = {
            "id": channel.id,
            "is_channel": channel.kind == "channel",
            "is_group": channel.kind == "group",
            "is_im": channel.kind == "im",
            "is_mpim": channel.kind == "mpim",
            "is_private": channel.kind != "channel",
            "is_archived": channel.archived,
            "is_general": False,
            "is_shared": bool(channel.shared_with),
            "is_ext_shared": bool(channel.shared_with),
            "is_org_shared": False,
            "is_pending_ext_shared": bool(channel.invited),
            "pending_shared": channel.invited,
            "pending_connected_team_ids": channel.invited,
            "is_member": channel.has(BOT_USER),
            "context_team_id": self._world.team.id,
        }
        if channel.shared_with:
            shown |= {
                "conversation_host_id": self._world.team.id,
                "internal_team_ids": [self._world.team.id],
                "connected_team_ids": channel.shared_with,
                "shared_team_ids": [self._world.team.id, *channel.shared_with],
            }
        if channel.kind == "im":
            return {**shown, "user": next(one for one in channel.members if one != BOT_USER)}
        return {**shown, "name": channel.name, "name_normalized": channel.name, "creator": channel.members[0]}


def _page(found: list[Any], asked: JSON, default: int) -> tuple[list[Any], str]:
    """The part of a list that was asked for, and the cursor of what follows ("" at the end)."""
    limit = asked.get("limit", default)
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    start = 0
    if asked.get("cursor"):
        try:
            start = int(base64.b64decode(asked["cursor"], validate=True).decode().removeprefix("next:"))
        except (binascii.Error, ValueError) as error:
            raise SlackError("invalid_cursor") from error
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(found) else ""
    return found[start:end], cursor
