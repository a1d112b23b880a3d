"""Response URLs: five answers within 30 minutes to what a person did, without the bot having to be in the channel.

Rules: docs.slack.dev/interactivity/handling-user-interaction.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from sandbox.slack.errors import SlackError
from sandbox.slack.messages import Messages
from sandbox.slack.workspace import APP_ID, Channel
from sandbox.slack.world import JSON, World

MOST_POSTS = 5
LIFE_SECONDS = 30 * 60
KNOWN = {
    "text", "blocks", "attachments", "markdown_text", "metadata", "response_type", "replace_original",
    "delete_original", "thread_ts", "unfurl_links", "unfurl_media", "mrkdwn", "link_names", "parse",
}  # fmt: skip


@dataclass
class Origin:
    """Where a person did something: the message or ephemeral of the bot's that they pressed in, if it was one."""

    channel: Channel
    user: str
    ts: str | None = None
    posts: int = 0
    born: float = 0.0


class ResponseUrls:
    def __init__(self, world: World, messages: Messages) -> None:
        self._world = world
        self._messages = messages
        self._origins: dict[str, Origin] = {}

    def new(self, family: str, channel: Channel, user: str, ts: str | None = None) -> str:
        """An address of the family `actions`, `commands` or `app`."""
        key = f"{family}/{self._world.team.id}/{APP_ID}/{secrets.token_hex(12)}"
        self._origins[key] = Origin(channel, user, ts, born=time.monotonic())
        return f"{self._world.base_url}/slack/response/{key}"

    def respond(self, key: str, body: JSON) -> None:
        """Carry out what was posted to an address. Raises SlackError."""
        origin = self._origins.get(key)
        if origin is None:
            raise SlackError("invalid_url")
        if time.monotonic() - origin.born > LIFE_SECONDS:
            raise SlackError("expired_url")
        if origin.posts >= MOST_POSTS:
            raise SlackError("used_url")
        unknown = set(body) - KNOWN
        if unknown:
            raise SlackError("invalid_arguments", [f"[ERROR] unknown argument: {name}" for name in sorted(unknown)])
        origin.posts += 1
        self._carry_out(origin, body)

    def answer(self, channel: Channel, user: str, body: JSON) -> None:
        """Show what came along with the acknowledgement of a slash command. Raises SlackError."""
        unknown = set(body) - KNOWN
        if unknown:
            raise SlackError("invalid_arguments", [f"[ERROR] unknown argument: {name}" for name in sorted(unknown)])
        self._carry_out(Origin(channel, user), body)

    def reset(self) -> None:
        self._origins.clear()

    def _carry_out(self, origin: Origin, body: JSON) -> None:
        if _true(body.get("delete_original")):
            if set(body) != {"delete_original"}:
                raise SlackError("invalid_arguments", ["[ERROR] delete_original must be the sole attribute"])
            self._delete(origin)
            return
        content = self._messages.content(body)
        if _true(body.get("replace_original")) and origin.ts is not None:
            self._replace(origin, content)
        elif body.get("response_type", "ephemeral") == "in_channel":
            self._messages.post(origin.channel, content, body.get("thread_ts"))
        elif body.get("response_type", "ephemeral") == "ephemeral":
            self._messages.whisper(origin.channel, origin.user, content, body.get("thread_ts"))
        else:
            raise SlackError("invalid_arguments", ["[ERROR] response_type must be one of: ephemeral, in_channel"])

    def _replace(self, origin: Origin, content: JSON) -> None:
        ephemeral = self._world.ephemeral(origin.channel.id, origin.ts or "")
        message = self._world.message(origin.channel.id, origin.ts or "")
        if ephemeral is not None:
            for key in ("blocks", "attachments"):
                ephemeral.pop(key, None)
            ephemeral.update(content)
            self._world.record_shown(f"to {origin.user}", content)
            self._world.bump()
        elif message is not None:
            self._messages.change(message, {"blocks": [], **content})
        else:
            raise SlackError("message_not_found")

    def _delete(self, origin: Origin) -> None:
        ephemeral = self._world.ephemeral(origin.channel.id, origin.ts or "")
        message = self._world.message(origin.channel.id, origin.ts or "")
        if ephemeral is not None:
            self._world.ephemerals.remove(ephemeral)
            self._world.bump()
        elif message is not None:
            self._messages.remove(message)
        else:
            raise SlackError("message_not_found")


def _true(value: object) -> bool:
    return value is True or value == "true"
