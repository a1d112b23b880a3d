"""The Web API's `chat.*` and `reactions.*`."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.slack.errors import SlackError, missing_scope
from sandbox.slack.messages import LONGEST_UPDATE, Messages
from sandbox.slack.webapi import Method
from sandbox.slack.workspace import BOT_ID, BOT_USER, Channel
from sandbox.slack.world import JSON, World

_CONTENT = {"text": "str", "blocks": "json", "attachments": "json", "markdown_text": "str", "parse": "str"}
_AUTHORSHIP = {"username": "str", "icon_emoji": "str", "icon_url": "str"}
_POST = {
    **_CONTENT, **_AUTHORSHIP, "as_user": "bool", "thread_ts": "str", "reply_broadcast": "bool",
    "unfurl_links": "bool", "unfurl_media": "bool", "container_id": "str", "mrkdwn": "bool", "link_names": "bool",
    "metadata": "json",
}  # fmt: skip
_EPHEMERAL = {**_CONTENT, **_AUTHORSHIP, "as_user": "bool", "thread_ts": "str", "link_names": "bool"}
_UPDATE = {
    **_CONTENT, "as_user": "bool", "file_ids": "json", "link_names": "bool", "reply_broadcast": "bool",
    "metadata": "json",
}  # fmt: skip


class ChatMethods:
    def __init__(self, world: World, scopes: frozenset[str], messages: Messages) -> None:
        self._world = world
        self._scopes = scopes
        self._messages = messages

    def methods(self) -> Mapping[str, Method]:
        channel, message = {"channel": "str"}, {"channel": "str", "ts": "str"}
        writes = ("chat:write",)
        return {
            "chat.postMessage": Method(self.post, channel, _POST, writes),
            "chat.postEphemeral": Method(self.post_ephemeral, {**channel, "user": "str"}, _EPHEMERAL, writes),
            "chat.update": Method(self.update, message, _UPDATE, writes),
            "chat.delete": Method(self.delete, message, {"as_user": "bool"}, writes),
            "chat.getPermalink": Method(self.permalink, {**channel, "message_ts": "str"}),
            "reactions.add": Method(
                self.react, {**channel, "name": "str", "timestamp": "str"}, scopes=("reactions:write",)
            ),
        }

    def post(self, asked: JSON) -> JSON:
        channel = self._writable(asked["channel"])
        self._check_authorship(asked)
        thread_ts = self._thread(channel, asked)
        content = self._messages.content(asked)
        message = self._messages.post(channel, content, thread_ts, asked.get("reply_broadcast", False))
        shown = {key: value for key, value in message.items() if key != "channel"}
        return {"channel": channel.id, "ts": message["ts"], "message": shown}

    def post_ephemeral(self, asked: JSON) -> JSON:
        channel = self._writable(asked["channel"])
        self._check_authorship(asked)
        if asked["user"] not in self._world.people:
            raise SlackError("user_not_found")
        if not channel.has(asked["user"]):
            raise SlackError("user_not_in_channel")
        thread_ts = self._thread(channel, asked)
        content = self._messages.content(asked)
        return {"message_ts": self._messages.whisper(channel, asked["user"], content, thread_ts)["ts"]}

    def update(self, asked: JSON) -> JSON:
        message = self._own(asked, "cant_update_message")
        if self._world.channels[message["channel"]].archived:
            raise SlackError("is_inactive")
        content = self._messages.content(asked, LONGEST_UPDATE)
        if "text" not in asked and "markdown_text" not in asked:
            content.pop("text")
        self._messages.change(message, content)
        shown = {key: value for key, value in message.items() if key != "channel"}
        return {"channel": message["channel"], "ts": message["ts"], "text": message["text"], "message": shown}

    def delete(self, asked: JSON) -> JSON:
        message = self._own(asked, "cant_delete_message")
        self._messages.remove(message)
        return {"channel": message["channel"], "ts": message["ts"]}

    def permalink(self, asked: JSON) -> JSON:
        channel = self._world.channels.get(asked["channel"])
        if channel is None:
            raise SlackError("channel_not_found")
        message = self._world.message(channel.id, asked["message_ts"])
        if message is None:
            raise SlackError("message_not_found")
        link = f"https://{self._world.team.domain}.slack.com/archives/{channel.id}/p{message['ts'].replace('.', '')}"
        if message.get("thread_ts") not in (None, message["ts"]):
            link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
        return {"channel": channel.id, "permalink": link}

    def react(self, asked: JSON) -> JSON:
        channel = self._writable(asked["channel"])
        message = self._world.message(channel.id, asked["timestamp"])
        if message is None:
            raise SlackError("message_not_found")
        reactions = message.setdefault("reactions", [])
        reaction = next((one for one in reactions if one["name"] == asked["name"]), None)
        if reaction is None:
            reaction = {"name": asked["name"], "users": [], "count": 0}
            reactions.append(reaction)
        if BOT_USER in reaction["users"]:
            raise SlackError("already_reacted")
        reaction["users"].append(BOT_USER)
        reaction["count"] += 1
        self._world.bump()
        return {}

    def _writable(self, name: str) -> Channel:
        channel = self._world.channel(name)
        if channel is None:
            raise SlackError("channel_not_found")
        if not channel.has(BOT_USER):
            if channel.kind != "channel":
                raise SlackError("channel_not_found")  # what is private is not even said to exist
            if "chat:write.public" not in self._scopes:
                raise SlackError("not_in_channel")
        if channel.archived:
            raise SlackError("is_archived")
        return channel

    def _own(self, asked: JSON, refusal: str) -> JSON:
        """The bot's own message with this `ts`; ephemerals cannot be reached this way."""
        channel = self._world.channels.get(asked["channel"])
        if channel is None:
            raise SlackError("channel_not_found")
        message = self._world.message(channel.id, asked["ts"])
        if message is None:
            raise SlackError("message_not_found")
        if message.get("bot_id") != BOT_ID:
            raise SlackError(refusal)
        return message

    def _thread(self, channel: Channel, asked: JSON) -> str | None:
        thread_ts: str | None = asked.get("thread_ts")
        if not thread_ts:
            return None
        parent = self._world.message(channel.id, thread_ts)
        if parent is None:
            raise SlackError("thread_not_found")
        if parent.get("thread_ts") not in (None, thread_ts):
            raise SlackError("cannot_reply_to_message")
        return thread_ts

    def _check_authorship(self, asked: JSON) -> None:
        if any(name in asked for name in _AUTHORSHIP) and "chat:write.customize" not in self._scopes:
            raise missing_scope("chat:write.customize", self._scopes)
