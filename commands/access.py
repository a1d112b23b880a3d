"""Who may: people of the bot's own workspace. Everything else is refused before any of it is looked at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltResponse

from commands import catalogue as say

log = logging.getLogger(__name__)


def is_own(body: Mapping[str, Any], team: str) -> bool:
    """Whether a payload comes from the workspace, and, where it names a person, from a person of it.

    In a channel that is shared with another company the payload's workspace is ours and the person is not.
    """
    event = body.get("event") or {}
    user = body.get("user")
    teams = [
        body.get("team_id"),
        (body.get("team") or {}).get("id"),
        user.get("team_id") if isinstance(user, Mapping) else None,
        event.get("user_team") or event.get("source_team"),
    ]
    named = [name for name in teams if name]
    return bool(named) and all(name == team for name in named)


def register(app: App, own_team: Callable[[], str]) -> None:
    """Refuse what is not the workspace's own. `own_team` gives its id, as `auth.test` said it."""

    def only_own(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        if body.get("type") in ("url_verification", "ssl_check") or is_own(body, own_team()):
            return next()
        log.warning("refused a request from outside the workspace")
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": say.STRANGER})
        if body.get("type") == "view_submission":
            return BoltResponse(status=200, body={"response_action": "clear"})
        if body.get("type") == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        return BoltResponse(status=200, body="")

    app.use(only_own)
