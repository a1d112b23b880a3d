"""Messages of the bot: what may be in one, and posting, changing and removing it."""

from __future__ import annotations

import copy
import json
import secrets
from typing import Any

from sandbox.slack.blockkit import check_blocks
from sandbox.slack.checks import anything, shape, string
from sandbox.slack.errors import SlackError, refuse_if
from sandbox.slack.events import Events
from sandbox.slack.workspace import APP_ID, BOT_ID, BOT_USER, Channel
from sandbox.slack.world import JSON, World

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
_IDENTIFIABLE = ("button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker")


def completed(value: Any) -> Any:
    """Blocks as Slack stores them: with a `block_id` and `action_id` everywhere, `emoji` and `verbatim` spelled out."""
    if isinstance(value, list):
        return [completed(one) for one in value]
    if not isinstance(value, dict):
        return value
    full = {key: completed(one) for key, one in value.items()}
    kind = full.get("type")
    if kind == "plain_text":
        full.setdefault("emoji", True)
    elif kind == "mrkdwn":
        full.setdefault("verbatim", False)
    elif isinstance(kind, str) and (kind in _IDENTIFIABLE or kind.endswith(("_select", "_input", "_button"))):
        full.setdefault("action_id", secrets.token_urlsafe(4))
    return full


def completed_blocks(blocks: list[JSON]) -> list[JSON]:
    return [{"block_id": secrets.token_urlsafe(4), **completed(one)} for one in blocks]


class Messages:
    """The bot's messages and ephemerals."""

    def __init__(self, world: World, events: Events) -> None:
        self._world = world
        self._events = events

    def content(self, asked: JSON, longest: int = LONGEST_TEXT) -> JSON:
        """The `text`, `blocks`, `attachments` and `metadata` of a request, checked. Raises SlackError."""
        text = asked.get("text") or ""
        if "markdown_text" in asked:
            if text or "blocks" in asked:
                raise SlackError("markdown_text_conflict")
            text = asked["markdown_text"]
            longest = LONGEST_MARKDOWN
        if len(text) > longest:
            raise SlackError("msg_too_long")
        found: JSON = {}
        if "blocks" in asked:
            refuse_if(check_blocks(asked["blocks"]), "invalid_blocks", "/blocks")
            found["blocks"] = completed_blocks(asked["blocks"])
        if "attachments" in asked:
            found["attachments"] = _attachments(asked["attachments"])
        if "metadata" in asked:
            found["metadata"] = _metadata(asked["metadata"])
        if not text and not found.get("blocks") and not found.get("attachments"):
            raise SlackError("no_text")
        posted: JSON = {"text": text, **{key: asked[key] for key in ("blocks", "metadata") if key in asked}}
        self._world.record_posted("message", posted)
        return {"text": text, **found}

    def post(self, channel: Channel, content: JSON, thread_ts: str | None = None, broadcast: bool = False) -> JSON:
        """Post as the bot; the message as it stands in the channel."""
        message = {**self._author(), "channel": channel.id, "ts": self._world.new_ts(), **content}
        if thread_ts:
            message["thread_ts"] = thread_ts
            if broadcast:
                message["subtype"] = "thread_broadcast"
        self._world.record_shown(f"in {channel.id}", content)
        self._world.add_message(message)
        self._events.new_message(message)
        return message

    def change(self, message: JSON, content: JSON) -> JSON:
        """Change a message of the bot's. Blocks that are left out stay, as in Slack."""
        self._world.record_shown(f"in {message['channel']}", content)
        before = copy.deepcopy(message)
        message.update(content)
        message["edited"] = {"user": BOT_USER, "ts": self._world.new_ts()}
        self._world.bump()
        self._events.changed_message(message, before)
        return message

    def remove(self, message: JSON) -> None:
        self._world.remove_message(message)
        self._events.deleted_message(message)

    def whisper(self, channel: Channel, user: str, content: JSON, thread_ts: str | None = None) -> JSON:
        """Show something to one person only."""
        ephemeral = {
            **self._author(),
            "channel": channel.id,
            "ts": self._world.new_ts(),
            **content,
            "user": user,
            "thread_ts": thread_ts,
            "is_ephemeral": True,
        }
        self._world.record_shown(f"to {user}", content)
        self._world.ephemerals.append(ephemeral)
        self._world.bump()
        return ephemeral

    def _author(self) -> JSON:
        name = self._world.people[BOT_USER].real_name
        return {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT_ID,
            "app_id": APP_ID,
            "team": self._world.team.id,
            "bot_profile": {
                "id": BOT_ID,
                "app_id": APP_ID,
                "name": name,
                "team_id": self._world.team.id,
                "deleted": False,
                "updated": 1,
                "icons": {},
            },
        }


_ATTACHMENT_WORDS = (
    "fallback", "color", "pretext", "author_name", "author_link", "author_icon", "title", "title_link", "text",
    "image_url", "thumb_url", "footer", "footer_icon", "callback_id",
)  # fmt: skip


_ATTACHMENT = shape(
    {},
    {
        **dict.fromkeys(_ATTACHMENT_WORDS, string(8000, minimum=0)),
        **dict.fromkeys(("ts", "fields", "mrkdwn_in", "blocks", "actions"), anything),
    },
)


def _attachments(asked: Any) -> list[JSON]:
    if not isinstance(asked, list):
        raise SlackError("invalid_attachments")
    if len(asked) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    found = []
    for index, one in enumerate(asked):
        refuse_if(list(_ATTACHMENT(one, "")), "invalid_attachments", f"/attachments/{index}")
        attachment = dict(one)
        if "blocks" in one:
            refuse_if(check_blocks(one["blocks"]), "invalid_blocks", f"/attachments/{index}/blocks")
            attachment["blocks"] = completed_blocks(one["blocks"])
        found.append(attachment)
    return found


_METADATA = shape({"event_type": string(255), "event_payload": anything}, {})


def _metadata(asked: Any) -> JSON:
    if list(_METADATA(asked, "")) or not isinstance(asked["event_payload"], dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(asked["event_payload"])) > 16_000:
        raise SlackError("metadata_too_large")
    return dict(asked)
