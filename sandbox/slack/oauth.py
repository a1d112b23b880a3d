"""Installing the app by OAuth: the page on which a person allows it, and the exchange of their code for a token.

Sources: docs.slack.dev/authentication/installing-with-oauth, docs.slack.dev/reference/methods/oauth.v2.access
"""

from __future__ import annotations

import base64
import binascii
import html
import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urljoin

from aiohttp import web

from sandbox.slack.errors import SlackError
from sandbox.slack.events import Events
from sandbox.slack.workspace import APP_ID, BOT_USER, CLIENT_ID, CLIENT_SECRET, TEAM_ID, TEAM_NAME
from sandbox.slack.world import World

REDIRECT_PATH = "/slack/oauth_redirect"
INSTALLER = "U0ANNA"


class OAuth:
    """`events_url` tells where the app is; its redirect URL is there too, as the manifest for HTTP has it."""

    def __init__(self, world: World, events: Events, scopes: frozenset[str]) -> None:
        self._world = world
        self._events = events
        self._scopes = scopes
        self._codes: dict[str, bool] = {}
        self.events_url: str | None = None

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.get("/slack/oauth/v2/authorize", self._authorize),
            web.get("/slack/oauth/v2/answer", self._answer),
            web.post("/slack/api/oauth.v2.access", self._access),
        ]

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page that asks a person."""
        asked = request.query
        wanted = {one for one in asked.get("scope", "").split(",") if one}
        if asked.get("client_id") != CLIENT_ID:
            return web.Response(status=400, text="invalid_client_id")
        if self.events_url is None or asked.get("redirect_uri"):
            return web.Response(status=400, text="bad_redirect_uri")
        if not wanted or wanted - self._scopes:
            return web.Response(status=400, text="invalid_scope")
        state = asked.get("state", "")
        targets = {one: urlencode({"state": state, "answer": one}) for one in ("Allow", "Cancel")}
        links = "".join(
            f'<p><a href="/slack/oauth/v2/answer?{html.escape(target)}">{one}</a></p>'
            for one, target in targets.items()
        )
        text = f"<h1>Linkbot wants to be installed in {html.escape(TEAM_NAME)}</h1>{links}"
        return web.Response(text=text, content_type="text/html")

    async def _answer(self, request: web.Request) -> web.Response:
        """What the person answered takes their browser back to the app."""
        back: dict[str, str] = {"state": request.query.get("state", "")}
        if request.query.get("answer") == "Allow":
            code = f"{secrets.token_hex(6)}.{secrets.token_hex(16)}"
            self._codes[code] = False
            back = {"code": code, **back}
        else:
            back = {"error": "access_denied", **back}
        target = urljoin(self.events_url or "", REDIRECT_PATH)
        raise web.HTTPFound(f"{target}?{urlencode(back)}")

    async def _access(self, request: web.Request) -> web.Response:
        """The app's code for a token, once; client id and secret by HTTP Basic."""
        try:
            self._check_client(request.headers.get("Authorization", ""))
            form: Any = await request.post()
            code = str(form.get("code") or "")
            if code not in self._codes:
                raise SlackError("invalid_code")
            if self._codes[code]:
                raise SlackError("code_already_used")
        except SlackError as error:
            return web.json_response(error.as_json())
        self._codes[code] = True
        return web.json_response(
            {
                "ok": True,
                "app_id": APP_ID,
                "authed_user": {"id": INSTALLER},
                "scope": ",".join(sorted(self._scopes)),
                "token_type": "bot",
                "access_token": self._world.new_token(),
                "bot_user_id": BOT_USER,
                "team": {"id": TEAM_ID, "name": TEAM_NAME},
                "enterprise": None,
                "is_enterprise_install": False,
            }
        )

    def _check_client(self, header: str) -> None:
        try:
            given = base64.b64decode(header.removeprefix("Basic "), validate=True).decode()
        except (binascii.Error, ValueError):
            given = ""
        client, _, secret = given.partition(":")
        if client != CLIENT_ID:
            raise SlackError("invalid_client_id")
        if secret != CLIENT_SECRET:
            raise SlackError("bad_client_secret")

    def uninstall(self) -> list[str | None]:
        """Somebody takes the app out of the workspace: no token works any more, and the app is told."""
        self._world.revoked_tokens |= self._world.bot_tokens
        self._world.bot_tokens.clear()
        return [
            self._events.tell("tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}),
            self._events.tell("app_uninstalled", {"type": "app_uninstalled"}),
        ]
