"""Slack tells that a channel is shared with another company: from then on nothing of customers stands in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import App, BoltResponse

from bot.linking import Linking
from commands.workspace import Workspace

log = logging.getLogger(__name__)


def register(app: App, workspace: Workspace, linking: Linking) -> None:
    """Listen to what Slack says of channels, also beside what it says of messages in them."""

    def notice(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        # Before the mail in it is taken up, and its card posted.
        if body.get("is_ext_shared_channel"):
            workspace.is_now_shared(str((body.get("event") or {}).get("channel") or ""))
        return next()

    def shared(event: dict[str, Any]) -> None:
        channel = str(event["channel"])
        workspace.is_now_shared(channel)
        log.info("channel %s is shared with another company: its cards are made bare", channel)
        linking.make_bare(channel)

    def unshared(event: dict[str, Any]) -> None:
        workspace.forget_channel(str(event["channel"]))

    app.use(notice)
    app.event("channel_shared")(shared)
    app.event("channel_unshared")(unshared)
