"""Linkbot's Slack surface on a workspace of which everything is known, and presses on its cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from slack_sdk import WebClient

from commands.bound import Pressed
from commands.ids import Action
from commands.languages import Languages
from commands.seals import Seals
from commands.slack_calls import web_client
from commands.slack_surface import SlackSurface
from commands.workspace import Sharing, Workspace
from tests.commands.slack_server import SlackServer

TOKEN = "xoxb-secret"


class Channels(Workspace):
    """A workspace in which who reads along is known."""

    def __init__(self, known: Sharing) -> None:
        super().__init__(WebClient())
        self.known = known

    def sharing(self, channel: str) -> Sharing:
        return self.known


WORKSPACE = Channels(Sharing.OWN)
SEALS = Seals("a secret of the tests only")
SLACK_HOSTS = ("files.slack.com", "files-origin.slack.com")


def surface_of(
    client: WebClient,
    hosts: tuple[str, ...] = SLACK_HOSTS,
    downloads: httpx.Client | None = None,
    *,
    channels: Workspace = WORKSPACE,
    note_bare: Callable[[str, bool], None] = lambda _proposal, _bare: None,
) -> SlackSurface:
    """The surface that talks through `client`, and fetches files from `hosts` alone."""
    return SlackSurface(
        client,
        hosts,
        downloads or httpx.Client(),
        languages=Languages(),
        workspace=channels,
        seals=SEALS,
        note_bare=note_bare,
    )


def client_of(slack: SlackServer) -> WebClient:
    """A client that tries nothing twice."""
    client = web_client(TOKEN, f"{slack.url}/api/")
    client.retry_handlers.clear()
    return client


def link_press(**more: Any) -> Pressed:
    """A press on *Link* by U1, on a card that all see."""
    known: dict[str, Any] = {
        "user": "U1",
        "team": "T1",
        "channel": "C1",
        "ts": "2.0",
        "thread_ts": "1.0",
        "for_one": False,
        "action": Action.LINK,
    }
    return Pressed(**{**known, **more})
