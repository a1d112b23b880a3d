"""A small Slack on this machine, and Linkbot's surface on it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from commands.slack_surface import SlackSurface
from tests.commands.bench import SLACK_HOSTS, client_of, surface_of
from tests.commands.slack_server import SlackServer, running


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running() as server:
        yield server


@pytest.fixture
def surface(slack: SlackServer) -> SlackSurface:
    # Redirects are followed by this client: that they are not is the surface's own care.
    return surface_of(client_of(slack), (slack.netloc, *SLACK_HOSTS), httpx.Client(follow_redirects=True))
