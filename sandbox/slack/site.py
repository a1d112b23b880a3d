"""One workspace put together: its world, what serves the app in it, and the calls that play its people."""

from __future__ import annotations

from typing import Any

from sandbox.faults import Faults
from sandbox.slack import surfaces
from sandbox.slack.arrivals import Arrivals
from sandbox.slack.control import SlackControl
from sandbox.slack.delivery import Ack, Delivery, Retry, Transport
from sandbox.slack.events import Events
from sandbox.slack.files import Files
from sandbox.slack.interactions import Interactions
from sandbox.slack.manifest import Manifest
from sandbox.slack.messages import Messages
from sandbox.slack.methods_chat import ChatMethods
from sandbox.slack.methods_conversations import ConversationMethods
from sandbox.slack.methods_files import FileMethods
from sandbox.slack.methods_team import TeamMethods
from sandbox.slack.methods_views import ViewMethods
from sandbox.slack.responses import ResponseUrls
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.submissions import Submissions
from sandbox.slack.triggers import Triggers
from sandbox.slack.views import Views
from sandbox.slack.webapi import WebApi
from sandbox.slack.world import JSON, World


class NotThere:
    """The transport of a workspace that an app without a public address cannot be installed in."""

    async def send(self, kind: str, payload: JSON, retry: Retry | None) -> Ack:
        return Ack(0.0, reason="the app is not installed in this workspace", reached=False, no_retry=True)


class Site:
    """`socket_mode` makes the addresses for an app's own connections, which are of the first workspace."""

    def __init__(
        self, world: World, manifest: Manifest, faults: Faults, socket_mode: SocketMode, retry_scale: float
    ) -> None:
        self.world = world
        self.delivery = Delivery(world, faults.counters, NotThere(), retry_scale)
        self.events = Events(world, manifest, self.delivery)
        self.files = Files(world, manifest.scopes)
        self._triggers = Triggers()
        messages = Messages(world, self.events)
        self.responses = ResponseUrls(world, messages)
        views = Views(world)
        interactions = Interactions(world, manifest, self.delivery, self._triggers, self.responses)
        submissions = Submissions(world, self.delivery, self._triggers, self.responses, views, interactions)
        arrivals = Arrivals(world, self.events, self.files)
        self.control = SlackControl(world, self.events, arrivals, interactions, submissions)
        methods = {
            **ChatMethods(world, manifest.scopes, messages).methods(),
            **ConversationMethods(world, manifest.scopes, self.files).methods(),
            **ViewMethods(world, self._triggers, views, self.files).methods(),
            **FileMethods(world, self.files).methods(),
            **TeamMethods(world, manifest.scopes, socket_mode.address).methods(),
        }
        self.api = WebApi(world, manifest.scopes, faults, methods)

    def use(self, transport: Transport) -> None:
        """Reach the app this way from now on."""
        self.delivery.transport = transport

    def knows(self, token: str) -> bool:
        """Whether a token is or was one of this workspace."""
        return token in self.world.bot_tokens or token in self.world.revoked_tokens

    def state(self) -> dict[str, Any]:
        return {
            **self.world.state(),
            "views": [
                {"user": user, "position": position, **surfaces.of_view(view).shown_view(self.world, user)}
                for user, stack in self.world.stacks.items()
                for position, view in enumerate(stack)
            ],
            "installed": bool(self.world.bot_tokens),
            "pending_events": self.delivery.pending,
        }

    async def reset(self) -> None:
        """Back to the seeds."""
        await self.delivery.forget()
        self.events.reset()
        self._triggers.reset()
        self.responses.reset()
        self.world.reset()
