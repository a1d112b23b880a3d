"""What comes into channels: mails from outside, and people's messages, uploads, shares and invitations."""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Sequence
from typing import Any

from sandbox.slack.events import Events
from sandbox.slack.files import ArrivingMail, Files, stub
from sandbox.slack.workspace import EMAIL_BOT_ID, EMAIL_USER, Channel
from sandbox.slack.world import JSON, World

# What stays of a deleted message that has a thread.
THREAD = ("type", "ts", "channel", "thread_ts", "reply_count", "latest_reply", "reply_users")


class Arrivals:
    def __init__(self, world: World, events: Events, files: Files) -> None:
        self._world = world
        self._events = events
        self._files = files

    def mail(self, channel: Channel, mail: ArrivingMail, as_stub: bool = False) -> JSON:
        """A mail arrives at a channel's address. `as_stub`: as in a channel shared with another workspace, where the
        event only says that there is a file."""
        file = self._files.mail(mail, channel.id)
        message = self._world.add_message(
            {
                "type": "message",
                "text": "",
                "files": [file],
                "upload": True,
                "user": EMAIL_USER,
                "display_as_bot": True,
                "bot_id": EMAIL_BOT_ID,
                "ts": self._world.new_ts(),
                "channel": channel.id,
            }
        )
        told = {**message, "files": [stub(file)]} if as_stub else message
        event_id = self._events.new_message(told)
        return {"channel": channel.id, "ts": message["ts"], "file_id": file["id"], "event_id": event_id}

    def message(
        self,
        channel: Channel,
        user: str,
        text: str,
        thread_ts: str | None = None,
        uploads: Sequence[tuple[str, bytes]] = (),
        shared: JSON | None = None,
    ) -> JSON:
        """A person posts a message, perhaps with files, or shares another message."""
        person = self._world.people[user]
        message: JSON = {
            "client_msg_id": str(uuid.uuid4()),
            "type": "message",
            "text": as_slack_keeps(text),
            "user": user,
            "team": person.team_id,
            "ts": self._world.new_ts(),
            "channel": channel.id,
        }
        if person.team_id != self._world.team.id:  # Slack Connect
            message |= {
                "user_team": person.team_id,
                "source_team": person.team_id,
                "user_profile": {"real_name": person.real_name, "name": person.name, "team": person.team_id},
            }
        if person.is_bot:
            del message["client_msg_id"]
            message["bot_id"] = person.bot_id
        if text:
            message["blocks"] = [_rich_text(text)]
        if thread_ts:
            message["thread_ts"] = thread_ts
        if uploads:
            message["files"] = [self._files.upload(user, name, content, channel.id) for name, content in uploads]
            message["upload"] = False
            message["display_as_bot"] = False
        if shared is not None:
            message["attachments"] = [self._share(shared, channel)]
        self._world.add_message(message)
        event_id = self._events.new_message(message)
        ids = [one["id"] for one in message.get("files", [])]
        return {"channel": channel.id, "ts": message["ts"], "file_ids": ids, "event_id": event_id}

    def edit(self, message: JSON, text: str) -> str | None:
        """A person changes what they wrote."""
        before = copy.deepcopy(message)
        message["text"] = as_slack_keeps(text)
        message["edited"] = {"user": message.get("user"), "ts": self._world.new_ts()}
        self._world.bump()
        return self._events.changed_message(message, before)

    def delete(self, message: JSON) -> str | None:
        """A message goes. Of one with a thread a tombstone stays, as is seen in Slack; its documents do not say so."""
        if not message.get("reply_count"):
            self._world.remove_message(message)
            return self._events.deleted_message(message)
        before = copy.deepcopy(message)
        kept = {key: message[key] for key in THREAD if key in message}
        message.clear()
        message.update(kept, subtype="tombstone", text="This message was deleted.", user=EMAIL_USER, hidden=True)
        self._world.bump()
        return self._events.changed_message(message, before)

    def invite(self, channel: Channel, user: str, inviter: str) -> str | None:
        """Somebody, or the bot, is brought into a channel."""
        if not channel.has(user):
            channel.members.append(user)
            self._world.bump()
        return self._events.joined(channel, user, inviter)

    def connect(self, channel: Channel, team: str, accepted: bool) -> str | None:
        """Another company is invited into a channel, or comes in."""
        channel.invited = [one for one in channel.invited if one != team]
        if not accepted:
            channel.invited.append(team)
        elif team not in channel.shared_with:
            channel.shared_with.append(team)
        self._world.bump()
        return self._events.shared(channel, team) if accepted else None

    def disconnect(self, channel: Channel, team: str) -> str | None:
        """Another company leaves a channel, or is no longer invited."""
        came = team in channel.shared_with
        channel.invited = [one for one in channel.invited if one != team]
        channel.shared_with = [one for one in channel.shared_with if one != team]
        self._world.bump()
        return self._events.unshared(channel, team) if came else None

    def _share(self, shared: JSON, into: Channel) -> JSON:
        """A message forwarded with "Share message": it travels as an attachment, its files within."""
        person = self._world.people.get(shared.get("user", ""))
        name = person.real_name if person else "Email"
        place = f"{shared['channel']}/p{shared['ts'].replace('.', '')}"
        link = f"https://{self._world.team.domain}.slack.com/archives/{place}"
        attachment: JSON = {
            "ts": shared["ts"],
            "author_id": shared.get("user"),
            "channel_id": shared["channel"],
            "channel_team": shared.get("team"),
            "is_msg_unfurl": True,
            "is_share": True,
            "color": "D0D0D0",
            "from_url": link,
            "fallback": f"{name}: {shared.get('text', '')}",
            "text": shared.get("text", ""),
            "author_name": name,
            "author_subname": name,
            "mrkdwn_in": ["text"],
            "footer": "Slack Conversation",
        }
        if shared.get("files"):
            attachment["files"] = shared["files"]
            for file in shared["files"]:
                self._world.files[file["id"]].channels.append(into.id)
        return attachment


_KEPT = re.compile(
    r"(?P<mention><(?:@[UW]|#C|!)[^<>]*>)|(?P<url>\bhttps?://[^\s<>|]*[^\s<>|.,;:!?)])"
    r"|(?P<address>(?<![\w.+:/-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|[&<>]"
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def as_slack_keeps(typed: str) -> str:
    """Typed text as `message.text` has it: escaped, addresses made into links; mentions stay what they are."""
    return _KEPT.sub(_kept, typed)


def _kept(found: re.Match[str]) -> str:
    if found["url"]:
        return f"<{found['url'].replace('&', '&amp;')}>"
    if found["address"]:
        return f"<mailto:{found['address']}|{found['address']}>"
    return _ENTITIES.get(found[0], found[0])


def _rich_text(text: str) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": uuid.uuid4().hex[:5], "elements": [section]}
