"""Events: what the bot is told without having asked, if it subscribed, has the scope and is in the conversation.

Shapes: docs.slack.dev/apis/events-api; a mail's event as Slack really sends it.
"""

from __future__ import annotations

import copy
import secrets
import time
from typing import Any

from sandbox.slack.delivery import Delivery
from sandbox.slack.manifest import Manifest
from sandbox.slack.workspace import APP_ID, BOT_USER, VERIFICATION_TOKEN, Channel
from sandbox.slack.world import JSON, World

# Channel type → the event to subscribe to, and the scope that it takes.
MESSAGES = {
    "channel": ("message.channels", "channels:history"),
    "group": ("message.groups", "groups:history"),
    "im": ("message.im", "im:history"),
    "mpim": ("message.mpim", "mpim:history"),
}


class Events:
    """Builds event callbacks and hands them to the delivery; remembers them, so that one can be delivered again."""

    def __init__(self, world: World, manifest: Manifest, delivery: Delivery) -> None:
        self._world = world
        self._manifest = manifest
        self._delivery = delivery
        self._sent: dict[str, JSON] = {}

    def new_message(self, message: JSON) -> str | None:
        """Tell of a message that was just posted. Answers the event's id, None if the bot is not told."""
        event = dict(message)
        if "files" in event:
            event["subtype"] = "file_share"
        mentioned = f"<@{BOT_USER}>" in message.get("text", "") and message.get("user") != BOT_USER
        if mentioned and "app_mentions:read" in self._manifest.scopes and self._is_in(message["channel"]):
            self.tell("app_mention", {**event, "type": "app_mention", "event_ts": message["ts"]})
        return self._of_conversation(event, message["ts"])

    def changed_message(self, message: JSON, before: JSON) -> str | None:
        changed = {key: value for key, value in message.items() if key != "channel"}
        previous = {key: value for key, value in before.items() if key != "channel"}
        return self._hidden("message_changed", message["channel"], message=changed, previous_message=previous)

    def deleted_message(self, message: JSON) -> str | None:
        previous = {key: value for key, value in message.items() if key != "channel"}
        return self._hidden("message_deleted", message["channel"], deleted_ts=message["ts"], previous_message=previous)

    def joined(self, channel: Channel, user: str, inviter: str) -> str | None:
        """Tell of somebody who came into a channel, the bot itself included."""
        event = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.kind == "group" else "C",
            "team": self._world.people[user].team_id,
            "inviter": inviter,
            "event_ts": self._world.new_ts(),
        }
        readable = {"channels:read", "groups:read"} & self._manifest.scopes
        return self.tell("member_joined_channel", event) if readable and channel.has(BOT_USER) else None

    def shared(self, channel: Channel, team: str) -> str | None:
        """Tell that a channel is now shared with another company."""
        return self._of_sharing("channel_shared", channel, connected_team_id=team)

    def unshared(self, channel: Channel, team: str) -> str | None:
        """Tell that a channel is no longer shared with another company."""
        return self._of_sharing(
            "channel_unshared", channel, previously_connected_team_id=team, is_ext_shared=bool(channel.shared_with)
        )

    def _of_sharing(self, kind: str, channel: Channel, **more: Any) -> str | None:
        event = {"type": kind, "channel": channel.id, "event_ts": self._world.new_ts(), **more}
        readable = {"channels:read", "groups:read"} & self._manifest.scopes
        return self.tell(kind, event) if readable and channel.has(BOT_USER) else None

    def home_opened(self, user: str) -> str | None:
        event: JSON = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._world.direct(user).id,
            "tab": "home",
            "event_ts": self._world.new_ts(),
        }
        if user in self._world.homes:
            event["view"] = self._world.homes[user]
        return self.tell("app_home_opened", event)

    def tell(self, subscription: str, event: JSON) -> str | None:
        """Deliver an event if the app subscribed to it; its id."""
        if subscription not in self._manifest.events:
            return None
        event_id = self._world.new_id("Ev")
        payload = {
            "token": VERIFICATION_TOKEN,
            "team_id": self._world.team.id,
            "api_app_id": APP_ID,
            "event": copy.deepcopy(event),
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._world.team.id,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": self._is_shared(event),
            "event_context": f"4-{secrets.token_urlsafe(24)}",
        }
        self._sent[event_id] = payload
        self._delivery.event(payload)
        return event_id

    def again(self, event_id: str) -> bool:
        """Deliver an event once more, as Slack sometimes does by itself."""
        if event_id not in self._sent:
            return False
        self._delivery.event(self._sent[event_id])
        return True

    def reset(self) -> None:
        self._sent.clear()

    def _hidden(self, subtype: str, channel: str, **more: Any) -> str | None:
        ts = self._world.new_ts()
        event = {"type": "message", "subtype": subtype, "channel": channel, "hidden": True, "ts": ts, **more}
        return self._of_conversation(event, ts)

    def _of_conversation(self, event: JSON, ts: str) -> str | None:
        channel = self._world.channels[event["channel"]]
        subscription, scope = MESSAGES[channel.kind]
        if scope not in self._manifest.scopes or not channel.has(BOT_USER):
            return None
        return self.tell(subscription, {**event, "event_ts": ts, "channel_type": channel.kind})

    def _is_shared(self, event: JSON) -> bool:
        place = self._world.channels.get(str(event.get("channel")))
        return place is not None and bool(place.shared_with)

    def _is_in(self, channel: str) -> bool:
        return self._world.channels[channel].has(BOT_USER)
