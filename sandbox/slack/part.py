"""The Slack stand-in put together: Web API, Socket Mode or HTTP, files, response URLs, and the calls playing people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.changes import Changes
from sandbox.faults import Faults
from sandbox.slack import surfaces, workspace
from sandbox.slack.arrivals import Arrivals
from sandbox.slack.control import SlackControl, answered
from sandbox.slack.delivery import Delivery
from sandbox.slack.errors import SlackError
from sandbox.slack.events import Events
from sandbox.slack.files import Files
from sandbox.slack.http_mode import HttpMode
from sandbox.slack.interactions import Interactions
from sandbox.slack.manifest import Manifest
from sandbox.slack.messages import Messages
from sandbox.slack.methods_chat import ChatMethods
from sandbox.slack.methods_conversations import ConversationMethods
from sandbox.slack.methods_files import FileMethods
from sandbox.slack.methods_team import TeamMethods
from sandbox.slack.methods_views import ViewMethods
from sandbox.slack.oauth import OAuth
from sandbox.slack.orders import Order, WrongOrder
from sandbox.slack.responses import ResponseUrls
from sandbox.slack.socket_mode import REASONS, SocketMode
from sandbox.slack.submissions import Submissions
from sandbox.slack.triggers import Triggers
from sandbox.slack.views import Views
from sandbox.slack.webapi import WebApi, refusal
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
        self.world = World(base_url, changes.bump)
        self._faults = faults
        self._events_url = events_url
        self._session: aiohttp.ClientSession | None = None
        self._socket_mode = SocketMode(self.world)
        self._delivery = Delivery(self.world, faults.counters, self._socket_mode, retry_scale)
        self._events = Events(self.world, manifest, self._delivery)
        self._files = Files(self.world, manifest.scopes)
        self._triggers = Triggers()
        messages = Messages(self.world, self._events)
        self._responses = ResponseUrls(self.world, messages)
        views = Views(self.world)
        interactions = Interactions(self.world, manifest, self._delivery, self._triggers, self._responses)
        submissions = Submissions(self.world, self._delivery, self._triggers, self._responses, views, interactions)
        arrivals = Arrivals(self.world, self._events, self._files)
        self._oauth = OAuth(self.world, self._events, manifest.scopes)
        self._control = SlackControl(self.world, self._events, arrivals, interactions, submissions)
        methods = {
            **ChatMethods(self.world, manifest.scopes, messages).methods(),
            **ConversationMethods(self.world, manifest.scopes, self._files).methods(),
            **ViewMethods(self.world, self._triggers, views, self._files).methods(),
            **FileMethods(self.world, self._files).methods(),
            **TeamMethods(self.world, manifest.scopes, self._socket_mode.address).methods(),
        }
        self._api = WebApi(self.world, manifest.scopes, faults, methods)

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            *self._oauth.routes(),
            web.route("*", "/slack/api/{method}", self._api.handle),
            web.get("/slack/socket", self._socket_mode.connect),
            web.get("/slack/files/{path:.+}", self._download),
            web.post("/slack/upload/{key}", self._upload),
            web.get("/_control/picture/{file}", self._picture),
            web.post("/slack/response/{key:.+}", self._respond),
            *self._control.routes(),
            web.post("/_control/uninstall", answered(self._uninstall)),
            web.post("/_control/transport", answered(self._set_transport, ("events_url",))),
            web.post("/_control/disconnect", answered(self._disconnect, ("reason",))),
            web.get("/_control/posted", self._posted),
            web.get("/_control/shown", self._shown),
        ]

    def environment(self) -> dict[str, str]:
        """What a bot has to be told to use this workspace."""
        base = self.world.base_url
        return {
            "SLACK_BOT_TOKEN": workspace.BOT_TOKEN,
            "SLACK_APP_TOKEN": workspace.APP_TOKEN,
            "SLACK_SIGNING_SECRET": workspace.SIGNING_SECRET,
            "SLACK_API_URL": f"{base}/slack/api/",
            "SLACK_FILE_HOSTS": base.removeprefix("http://"),
        }

    def state(self) -> dict[str, Any]:
        return {
            **self.world.state(),
            "views": [
                {"user": user, "position": position, **surfaces.of_view(view).shown_view(self.world, user)}
                for user, stack in self.world.stacks.items()
                for position, view in enumerate(stack)
            ],
            "pending_events": self._delivery.pending,
            "connections": self._socket_mode.connections,
            "events_url": self._events_url,
        }

    async def start(self) -> None:
        self._session = aiohttp.ClientSession()
        self._use(self._events_url)

    async def stop(self) -> None:
        await self._delivery.forget()
        await self._socket_mode.close()
        if self._session is not None:
            await self._session.close()

    async def reset(self) -> None:
        """Back to the seeds; connections of the bot stay."""
        await self._delivery.forget()
        self._events.reset()
        self._triggers.reset()
        self._responses.reset()
        self.world.reset()

    def _use(self, events_url: str | None) -> None:
        if self._session is None:
            raise RuntimeError("not started")
        self._events_url = self._oauth.events_url = events_url
        self._delivery.transport = (
            HttpMode(events_url, self._session, self._faults.counters) if events_url else self._socket_mode
        )

    async def _set_transport(self, order: Order) -> JSON:
        url = order.maybe_text("events_url")
        if url is not None and not url.startswith(("http://", "https://")):
            raise WrongOrder("'events_url' must be an http address, or null for Socket Mode.")
        self._use(url)
        return {"events_url": url}

    async def _uninstall(self, _order: Order) -> JSON:
        return {"event_ids": self._oauth.uninstall()}

    async def _disconnect(self, order: Order) -> JSON:
        reason = order.maybe_text("reason") or "refresh_requested"
        if reason not in REASONS:
            raise WrongOrder(f"'reason' must be one of {', '.join(REASONS)}.")
        return {"connections": await self._socket_mode.disconnect(reason)}

    async def _posted(self, _request: web.Request) -> web.Response:
        return web.json_response(self.world.posted)

    async def _shown(self, _request: web.Request) -> web.Response:
        return web.json_response(self.world.shown)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        async def effect() -> web.StreamResponse:
            url = f"{self.world.base_url}{request.path}"
            content_type, content = self._files.download(url, request.headers.get("Authorization", ""))
            return web.Response(body=content, headers={"Content-Type": content_type})

        return await self._faults.around("slack.files", request, effect, refusal)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that was announced. No token: the address is the secret."""
        content = await request.read()
        if self._files.take_upload(f"{self.world.base_url}{request.path}", content):
            return web.Response(text=f"OK - {len(content)}")
        return web.Response(status=400, text="the upload does not fit what was announced")

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        """A picture as the page shows it."""
        found = self._files.picture(request.match_info["file"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[1], headers={"Content-Type": found[0]})

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        async def effect() -> web.StreamResponse:
            try:
                body = json.loads(await request.read())
                if not isinstance(body, dict):
                    raise SlackError("invalid_payload")
                self._responses.respond(request.match_info["key"], body)
            except ValueError:
                return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
            except SlackError as error:
                self.world.violation(error.error, f"response_url: {error.detail}")
                return web.json_response(error.as_json(), status=404 if error.error in GONE else 400)
            return web.Response(text="ok")

        return await self._faults.around("slack.response_url", request, effect, refusal)
