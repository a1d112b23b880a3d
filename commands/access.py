"""Only who may: everything else is refused before any of it is looked at, and who asked is told why."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App, BoltResponse
from slack_sdk.errors import SlackClientError

from bot.language import Words
from bot.surface import SurfaceError
from commands.cards.change import message_modal
from commands.ids import CREATE_IN_WINDOW, CREATE_KIND, CREATE_VIEW, CREATE_WHO, SETTINGS_VIEW, Action, Home
from commands.languages import Languages, sender
from commands.link_words import Wish, understood
from commands.rights import Refusal, Right, Rights
from commands.slack_calls import webhook
from commands.workspace import Workspace

UNASKED = frozenset({"url_verification", "ssl_check"})
UNDOING: frozenset[str] = frozenset({Action.UNDO, Action.UNDO_HOW, Home.UNDO})
CREATING = (Action.CREATE, Action.GO_ON, CREATE_IN_WINDOW, CREATE_KIND, CREATE_WHO)

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
        *(event.get(name) for name in ("team", "user_team", "source_team")),
    ]
    named = [name for name in teams if name]
    return bool(named) and all(name == team for name in named)


def asked_right(body: Mapping[str, Any]) -> Right:
    """The right that a press, a search, a shortcut or a command asks for."""
    action = str((body.get("actions") or [{}])[0].get("action_id") or "")
    window = (body.get("view") or {}).get("callback_id") if body.get("type") == "view_submission" else ""
    if window == SETTINGS_VIEW or ("command" in body and understood(str(body.get("text") or "")).wish is Wish.SETTINGS):
        return Right.SET
    if action.startswith(CREATING) or window == CREATE_VIEW:
        return Right.CREATE
    return Right.UNDO if action in UNDOING else Right.LINK


def place(body: Mapping[str, Any]) -> str:
    """The conversation that a press, a shortcut or a command comes from; a window has none."""
    return str(body.get("channel_id") or (body.get("channel") or {}).get("id") or "")


def channel_words(channels: tuple[str, ...]) -> str:
    """Channels as Slack shows them, with a way there."""
    return " ".join(f"<#{one}>" for one in channels)


def refusal_words(refusal: Refusal, rights: Rights, say: Words) -> str:
    return say(f"refused.{refusal}", channels=channel_words(rights.channels))


def register(app: App, workspace: Workspace, rights: Rights, languages: Languages) -> None:
    """Refuse what is not the workspace's own and what its person may not do."""
    answering = ThreadPoolExecutor(1, thread_name_prefix="linkbot-refusals")

    def refusal(body: Mapping[str, Any]) -> Refusal | None:
        if not is_own(body, workspace.team):
            return Refusal.STRANGER
        if "event" in body:  # a mail that a person brings is looked at when it is read
            return None
        _, user = sender(body)
        return rights.refusal(user, asked_right(body), place(body)) if user else Refusal.UNKNOWN

    def only_who_may(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        if body.get("type") in UNASKED or "ssl_check" in body:
            return next()
        try:
            refused = refusal(body)
        except SurfaceError as error:
            log.warning("the workspace could not be looked up: %s", error.code)
            if "event" in body:  # Slack delivers it again
                return BoltResponse(status=http.client.SERVICE_UNAVAILABLE, body="")
            refused = Refusal.UNKNOWN
        if refused is None:
            return next()
        log.warning("refused: %s", refused)
        if "event" in body:
            return BoltResponse(status=200, body="")
        return _refused(body, refused, languages.of_payload(body))

    def _refused(body: Mapping[str, Any], refused: Refusal, say: Words) -> BoltResponse:
        """The answer, in the place where the person asked."""
        words = refusal_words(refused, rights, say)
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
        if body.get("type") == "view_submission":
            answer = {"response_action": "update", "view": message_modal(words, say)}
            return BoltResponse(status=200, body=answer)
        if body.get("type") == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        if url := body.get("response_url"):
            # Beside the acknowledgement, which has no place for words.
            answering.submit(_tell, str(url), words)
        return BoltResponse(status=200, body="")

    app.use(only_who_may)


def _tell(url: str, words: str) -> None:
    try:
        webhook(url).send(text=words, response_type="ephemeral", replace_original=False)
    except (SlackClientError, OSError) as error:
        log.warning("a refusal could not be said: %s", type(error).__name__)
