"""The one door of several workspaces: what Slack signed goes to the house of the workspace that it is for."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import httpx
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.oauth import OAuthFlow

from bot.durable import Precedence
from bot.language import Words
from commands.http_door import EVENTS_PATH, UNAUTHORIZED, Door, Receive, Scope, Send, by_name, send_answer
from commands.installing import INSTALL_PATH, REDIRECT_PATH
from commands.refusals import Refusals

# A house answers within Slack's three seconds, or Slack asks again.
HOUSE_SECONDS = 10.0
# What a house is told of a request; the rest is between it and this door.
PASSED_ON = frozenset({b"content-type", b"user-agent"})
SLACKS = b"x-slack-"

log = logging.getLogger(__name__)


def payload_of(body: bytes, content_type: str) -> dict[str, Any]:
    """What Slack sent, in whichever of its forms; {} for anything else."""
    try:
        text = body.decode()
        if content_type.startswith("application/json"):
            found = json.loads(text)
        else:
            form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
            found = json.loads(form["payload"]) if "payload" in form else form
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def teams_of(payload: Mapping[str, Any]) -> list[str]:
    """The workspaces that a payload may be for, the surest first: where companies share a conversation, it names both.

    Sources: docs.slack.dev/apis/events-api (authorizations), docs.slack.dev/reference/interaction-payloads.
    """
    view, message = payload.get("view"), payload.get("message")
    found = [
        view.get("app_installed_team_id") if isinstance(view, Mapping) else None,
        *(one.get("team_id") for one in payload.get("authorizations") or () if isinstance(one, Mapping)),
        payload.get("team_id"),
        (payload.get("team") or {}).get("id") if isinstance(payload.get("team"), Mapping) else None,
        message.get("team") if isinstance(message, Mapping) else None,
    ]
    return list(dict.fromkeys(str(one) for one in found if one))


def is_farewell(payload: Mapping[str, Any]) -> bool:
    """Whether Slack says that a workspace took the app out, or its token back.

    Sources: docs.slack.dev/reference/events/app_uninstalled, /tokens_revoked
    """
    event = payload.get("event")
    if not isinstance(event, Mapping):
        return False
    revoked = event.get("tokens")
    bot = isinstance(revoked, Mapping) and bool(revoked.get("bot"))
    return event.get("type") == "app_uninstalled" or (event.get("type") == "tokens_revoked" and bot)


class FrontDoor(Door):
    """Lets in what Slack signed, and who installs the app."""

    def __init__(
        self,
        flow: OAuthFlow,
        secret: str,
        refusals: Refusals,
        *,
        say: Words,
        is_installed: Callable[[str], bool],
        port: Callable[[str], int | None],
        farewell: Callable[[str, int], None],
        metrics_token: str = "",
    ) -> None:
        """`port` is where a workspace's house listens on this machine. `farewell` is told of a workspace that took the
        app out, and when (seconds since the epoch)."""
        super().__init__(None, secret, refusals, Precedence(), metrics_token=metrics_token)
        self._flow = flow
        self._say = say
        self._is_installed = is_installed
        self._port = port
        self._farewell = farewell
        self._houses: httpx.AsyncClient | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handlers = {INSTALL_PATH: self._flow.handle_installation, REDIRECT_PATH: self._flow.handle_callback}
        if scope["method"] == "GET" and scope["path"] in handlers:
            headers = by_name(scope["headers"])
            request = BoltRequest(body="", query=scope["query_string"].decode("latin-1"), headers=headers)
            await self._page(handlers[scope["path"]], request, send)
        else:
            await super().__call__(scope, receive, send)

    async def _page(self, handle: Callable[[BoltRequest], BoltResponse], request: BoltRequest, send: Send) -> None:
        try:
            response = await asyncio.get_running_loop().run_in_executor(self._workers, handle, request)
        except Exception as error:  # noqa: BLE001 - the error's text could hold what Slack answered
            log.error("an installation ended in %s", type(error).__name__)
            say = self._say
            response = BoltResponse(status=500, body=say("install.failed"))
        await _send(response, send)

    async def _answered(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        payload = payload_of(body, headers.get(b"content-type", b"").decode("latin-1"))
        if payload.get("type") == "url_verification":
            await _send(BoltResponse(status=200, body=str(payload.get("challenge") or "")), send)
            return
        if "ssl_check" in payload:
            await _send(BoltResponse(status=200, body=""), send)
            return
        run = asyncio.get_running_loop().run_in_executor
        known = await run(self._workers, lambda: [one for one in teams_of(payload) if self._is_installed(one)])
        if not known:
            log.warning("refused: a workspace in which the app is not installed")
            say = self._say
            await _send(BoltResponse(status=UNAUTHORIZED, body=say("install.first")), send)
            return
        team = known[0]
        if is_farewell(payload):
            await run(self._workers, self._farewell, team, int(payload.get("event_time") or 0))
            await _send(BoltResponse(status=200, body=""), send)
            return
        await _send(await self._of_house(team, body, scope, payload), send)

    async def _of_house(self, team: str, body: bytes, scope: Scope, payload: Mapping[str, Any]) -> BoltResponse:
        """What the workspace's house answers. Where it does not run a person is told; an event, Slack brings again."""
        passed = [pair for pair in scope["headers"] if pair[0] in PASSED_ON or pair[0].startswith(SLACKS)]
        port = self._port(team)
        try:
            if port is None:
                raise OSError
            if self._houses is None:
                self._houses = httpx.AsyncClient(timeout=HOUSE_SECONDS, trust_env=False)
            answer = await self._houses.post(f"http://127.0.0.1:{port}{EVENTS_PATH}", content=body, headers=passed)
        except (OSError, httpx.HTTPError):
            log.warning("the house of workspace %s does not answer", team)
            if "command" not in payload:
                return BoltResponse(status=http.client.SERVICE_UNAVAILABLE, body="")
            say = self._say
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": say("install.not_running")})
        kind = answer.headers.get("content-type", "text/plain")
        return BoltResponse(status=answer.status_code, body=answer.text, headers={"content-type": kind})


async def _send(response: BoltResponse, send: Send) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    await send_answer(send, response.status, response.body.encode(), headers)
