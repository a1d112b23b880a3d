"""The Slack stand-in put together: its workspaces behind one Web API, Socket Mode or HTTP, OAuth, and the calls playing
people. Which workspace a call is for, its token or its address says; a control call may name one: `?workspace=`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.changes import Changes
from sandbox.faults import Faults
from sandbox.slack import workspace
from sandbox.slack.control import Handler, answered
from sandbox.slack.errors import SlackError
from sandbox.slack.http_mode import HttpMode
from sandbox.slack.manifest import Manifest
from sandbox.slack.oauth import OAuth, uninstall
from sandbox.slack.orders import Order, WrongOrder
from sandbox.slack.site import NotThere, Site
from sandbox.slack.socket_mode import REASONS, SocketMode
from sandbox.slack.webapi import refusal
from sandbox.slack.world import JSON, World

GONE = ("used_url", "expired_url", "invalid_url")


class SlackPart:
    """See `sandbox.part.Part`. `events_url` is the bot's address in HTTP mode, None for Socket Mode; `retry_scale`
    stretches or shrinks the minutes after which unacknowledged events come again."""

    name = "slack"

    def __init__(
        self,
        faults: Faults,
        base_url: str,
        manifest: Manifest,
        changes: Changes,
        events_url: str | None = None,
        retry_scale: float = 1.0,
    ) -> None:
        worlds = [World(base_url, changes.bump, team) for team in workspace.TEAMS]
        self._faults = faults
        self._base_url = base_url
        self._events_url = events_url
        self._session: aiohttp.ClientSession | None = None
        self._socket_mode = SocketMode(worlds[0])
        self._sites = {world.team.id: Site(world, manifest, faults, self._socket_mode, retry_scale) for world in worlds}
        self._first, *self._others = self._sites.values()
        self._oauth = OAuth(worlds, manifest.scopes)

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            *self._oauth.routes(),
            web.route("*", "/slack/api/{method}", self._call),
            web.get("/slack/socket", self._socket_mode.connect),
            web.get("/slack/files/{path:.+}", self._download),
            web.post("/slack/upload/{key}", self._upload),
            web.get("/_control/picture/{file}", self._picture),
            web.post("/slack/response/{key:.+}", self._respond),
            *(web.post(f"/_control/{name}", self._played(name)) for name in self._first.control.calls()),
            web.post("/_control/uninstall", self._uninstall),
            web.post("/_control/transport", answered(self._set_transport, ("events_url",))),
            web.post("/_control/disconnect", answered(self._disconnect, ("reason",))),
            web.get("/_control/posted", self._posted),
            web.get("/_control/shown", self._shown),
        ]

    def environment(self) -> dict[str, str]:
        """What a bot has to be told to use this workspace."""
        base = self._base_url
        return {
            "SLACK_BOT_TOKEN": workspace.BOT_TOKEN,
            "SLACK_APP_TOKEN": workspace.APP_TOKEN,
            "SLACK_SIGNING_SECRET": workspace.SIGNING_SECRET,
            "SLACK_API_URL": f"{base}/slack/api/",
            "SLACK_FILE_HOSTS": base.removeprefix("http://"),
        }

    def state(self) -> dict[str, Any]:
        """That of the first workspace, and below `workspaces` that of the others by their ids."""
        return {
            **self._first.state(),
            "workspaces": {site.world.team.id: site.state() for site in self._others},
            "connections": self._socket_mode.connections,
            "events_url": self._events_url,
        }

    async def start(self) -> None:
        self._session = aiohttp.ClientSession()
        self._use(self._events_url)

    async def stop(self) -> None:
        for site in self._sites.values():
            await site.delivery.forget()
        await self._socket_mode.close()
        if self._session is not None:
            await self._session.close()

    async def reset(self) -> None:
        """Back to the seeds; connections of the bot stay."""
        for site in self._sites.values():
            await site.reset()

    def _use(self, events_url: str | None) -> None:
        if self._session is None:
            raise RuntimeError("not started")
        self._events_url = self._oauth.events_url = events_url
        by_http = HttpMode(events_url, self._session, self._faults.counters) if events_url else None
        self._first.use(by_http or self._socket_mode)
        for site in self._others:
            site.use(by_http or NotThere())

    def _named(self, request: web.Request) -> Site | None:
        """The workspace that a control call is for."""
        return self._sites.get(request.query.get("workspace") or self._first.world.team.id)

    def _played(self, name: str) -> Handler:
        """A control call, in the workspace that it names."""
        handlers = {team: answered(*site.control.calls()[name]) for team, site in self._sites.items()}

        async def handle(request: web.Request) -> web.StreamResponse:
            site = self._named(request)
            if site is None:
                return web.json_response({"ok": False, "error": f"There are: {', '.join(self._sites)}."}, status=400)
            return await handlers[site.world.team.id](request)

        return handle

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """A method of the Web API, in the workspace whose token it carries."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        site = next((one for one in self._sites.values() if one.knows(token)), self._first)
        return await site.api.handle(request)

    async def _set_transport(self, order: Order) -> JSON:
        url = order.maybe_text("events_url")
        if url is not None and not url.startswith(("http://", "https://")):
            raise WrongOrder("'events_url' must be an http address, or null for Socket Mode.")
        self._use(url)
        return {"events_url": url}

    async def _uninstall(self, request: web.Request) -> web.Response:
        site = self._named(request) or self._first
        return web.json_response({"ok": True, "event_ids": uninstall(site.world, site.events)})

    async def _disconnect(self, order: Order) -> JSON:
        reason = order.maybe_text("reason") or "refresh_requested"
        if reason not in REASONS:
            raise WrongOrder(f"'reason' must be one of {', '.join(REASONS)}.")
        return {"connections": await self._socket_mode.disconnect(reason)}

    async def _posted(self, _request: web.Request) -> web.Response:
        return web.json_response([one for site in self._sites.values() for one in site.world.posted])

    async def _shown(self, _request: web.Request) -> web.Response:
        return web.json_response([one for site in self._sites.values() for one in site.world.shown])

    async def _download(self, request: web.Request) -> web.StreamResponse:
        async def effect() -> web.StreamResponse:
            url = f"{self._base_url}{request.path}"
            at = next((one for team, one in self._sites.items() if f"/{team}-" in request.path), self._first)
            content_type, content = at.files.download(url, request.headers.get("Authorization", ""))
            return web.Response(body=content, headers={"Content-Type": content_type})

        return await self._faults.around("slack.files", request, effect, refusal)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that was announced. No token: the address is the secret."""
        content = await request.read()
        url = f"{self._base_url}{request.path}"
        if any(site.files.take_upload(url, content) for site in self._sites.values()):
            return web.Response(text=f"OK - {len(content)}")
        return web.Response(status=400, text="the upload does not fit what was announced")

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        """A picture as the page shows it."""
        name = request.match_info["file"]
        found = next((shown for site in self._sites.values() if (shown := site.files.picture(name))), None)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[1], headers={"Content-Type": found[0]})

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        site = next((one for team, one in self._sites.items() if f"/{team}/" in key), self._first)

        async def effect() -> web.StreamResponse:
            try:
                body = json.loads(await request.read())
                if not isinstance(body, dict):
                    raise SlackError("invalid_payload")
                site.responses.respond(key, body)
            except ValueError:
                return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
            except SlackError as error:
                site.world.violation(error.error, f"response_url: {error.detail}")
                return web.json_response(error.as_json(), status=404 if error.error in GONE else 400)
            return web.Response(text="ok")

        return await self._faults.around("slack.response_url", request, effect, refusal)
