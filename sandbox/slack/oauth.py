"""Installing the app by OAuth: the page on which a person allows it, and the exchange of their code for a token.

Sources: docs.slack.dev/authentication/installing-with-oauth, docs.slack.dev/reference/methods/oauth.v2.access
"""

from __future__ import annotations

import base64
import binascii
import html
import secrets
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode, urljoin

from aiohttp import web

from sandbox.slack.errors import SlackError
from sandbox.slack.events import Events
from sandbox.slack.workspace import APP_ID, BOT_USER, CLIENT_ID, CLIENT_SECRET, HOME, OTHER
from sandbox.slack.world import World

REDIRECT_PATH = "/slack/oauth_redirect"
# What a person can answer; an admin of an organisation (Enterprise Grid) also for all of its workspaces.
ANSWERS = (ALLOW, FOR_ALL, CANCEL) = ("Allow", "Allow for the whole organisation", "Cancel")
ORGANISATION = "E0NORDLICHT"
INSTALLERS = {HOME.id: "U0ANNA", OTHER.id: "U0STRANGER"}


class OAuth:
    """`events_url` tells where the app is; its redirect URL is there too, as the manifest for HTTP has it."""

    def __init__(self, worlds: Sequence[World], scopes: frozenset[str]) -> None:
        """`worlds` are the workspaces into which the app can be installed; the first is proposed."""
        self._worlds = {world.team.id: world for world in worlds}
        self._scopes = scopes
        self._codes: dict[str, str] = {}  # the workspace that a code is for; empty once it was used
        self.events_url: str | None = None

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.get("/slack/oauth/v2/authorize", self._authorize),
            web.get("/slack/oauth/v2/answer", self._answer),
            web.post("/slack/api/oauth.v2.access", self._access),
        ]

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page that asks a person, for the workspace that `team` names. Elsewhere it can be switched."""
        asked = request.query
        world = self._worlds.get(asked.get("team", ""), next(iter(self._worlds.values())))
        wanted = {one for one in asked.get("scope", "").split(",") if one}
        if asked.get("client_id") != CLIENT_ID:
            return web.Response(status=400, text="invalid_client_id")
        if self.events_url is None or asked.get("redirect_uri"):
            return web.Response(status=400, text="bad_redirect_uri")
        if not wanted or wanted - self._scopes:
            return web.Response(status=400, text="invalid_scope")
        state = asked.get("state", "")
        answers = [{"state": state, "team": world.team.id, "answer": one} for one in ANSWERS]
        targets = {one["answer"]: urlencode(one) for one in answers}
        links = "".join(
            f'<p><a href="/slack/oauth/v2/answer?{html.escape(target)}">{one}</a></p>'
            for one, target in targets.items()
        )
        others = "".join(
            f'<p><a href="?{html.escape(urlencode({**asked, "team": other.team.id}))}">Another workspace: '
            f"{html.escape(other.team.name)}</a></p>"
            for other in self._worlds.values()
            if other is not world
        )
        text = f"<h1>Linkbot wants to be installed in {html.escape(world.team.name)}</h1>{links}{others}"
        return web.Response(text=text, content_type="text/html")

    async def _answer(self, request: web.Request) -> web.Response:
        """What the person answered takes their browser back to the app."""
        back: dict[str, str] = {"state": request.query.get("state", "")}
        if (answer := request.query.get("answer")) in (ALLOW, FOR_ALL):
            code = f"{secrets.token_hex(6)}.{secrets.token_hex(16)}"
            self._codes[code] = (request.query.get("team") or HOME.id) if answer == ALLOW else ORGANISATION
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
            if not self._codes[code]:
                raise SlackError("code_already_used")
        except SlackError as error:
            return web.json_response(error.as_json())
        place, self._codes[code] = self._codes[code], ""
        for_all = place == ORGANISATION
        world = self._worlds[HOME.id if for_all else place]
        return web.json_response(
            {
                "ok": True,
                "app_id": APP_ID,
                "authed_user": {"id": INSTALLERS[world.team.id]},
                "scope": ",".join(sorted(self._scopes)),
                "token_type": "bot",
                "access_token": world.new_token(),
                "bot_user_id": BOT_USER,
                "team": None if for_all else {"id": world.team.id, "name": world.team.name},
                "enterprise": {"id": ORGANISATION, "name": "Nordlicht"} if for_all else None,
                "is_enterprise_install": for_all,
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


def uninstall(world: World, events: Events) -> list[str | None]:
    """Somebody takes the app out of a workspace: no token of it works any more, and the app is told."""
    world.revoked_tokens |= world.bot_tokens
    world.bot_tokens.clear()
    return [
        events.tell("tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}),
        events.tell("app_uninstalled", {"type": "app_uninstalled"}),
    ]
