"""Who may: people of the bot's own workspace. Everything else is refused before any of it is looked at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltResponse

from commands.languages import Languages
from commands.people import People

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


class Members:
    """Who belongs to the workspace. A slash command does not say where its person is from."""

    def __init__(self, people: People) -> None:
        self._people = people

    def has(self, user: str, team: str) -> bool:
        """Whether a person belongs to the workspace; who cannot be looked up does not."""
        person = self._people.find(user) or {}
        return person.get("team_id") == team and not (person.get("is_stranger") or person.get("deleted"))


def register(app: App, own_team: Callable[[], str], members: Members, languages: Languages) -> None:
    """Refuse what is not the workspace's own. `own_team` gives its id, as `auth.test` said it."""

    def allowed(body: dict[str, Any]) -> bool:
        if body.get("type") in ("url_verification", "ssl_check"):
            return True
        return is_own(body, own_team()) and ("command" not in body or members.has(body["user_id"], own_team()))

    def only_own(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        if allowed(body):
            return next()
        log.warning("refused a request from outside the workspace")
        if "command" in body:
            words = languages.of_payload(body)("press.stranger")
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
        if body.get("type") == "view_submission":
            return BoltResponse(status=200, body={"response_action": "clear"})
        if body.get("type") == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        return BoltResponse(status=200, body="")

    app.use(only_own)
