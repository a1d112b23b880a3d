"""The bot run: in Socket Mode, behind the door of HTTP mode, and one for each of several workspaces."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import yaml

from bot.app import MANIFEST, Linkbot, create_app
from bot.connections import Storage, create_storage
from bot.front import Front
from bot.houses import Trouble
from bot.language import words
from bot.settings import Settings, load
from commands import http_server, transport
from commands.front_door import FrontDoor
from commands.http_door import Door
from commands.installers import Installers
from commands.installing import create_flow
from commands.refusals import Refusals
from commands.slack_calls import web_client

STOP_SECONDS = 8.0


def run_socket(bot: Linkbot) -> bool:
    """Run in Socket Mode until asked to stop. False where it ended because the database stayed away."""
    bot.start()
    socket = bot.socket()
    try:
        transport.run_socket(socket)
    finally:
        _end_in_time(socket.close, bot.stop)
    return not bot.durable.lost


def _end_in_time(*steps: Callable[[], None]) -> None:
    """End what is given, one after the other. A vendor or a mailbox may hang for longer: what is not done by then goes
    on at the next start."""

    def end() -> None:
        for step in steps:
            step()

    ended = threading.Thread(target=end, name="linkbot-end", daemon=True)
    ended.start()
    ended.join(STOP_SECONDS)


def run_http(settings: Settings, already: socket.socket | None = None) -> bool:
    """Serve on the settings' address and port, or where somebody listens `already`, until asked to stop. False where it
    ended because the database stayed away. Raises OSError where the port cannot be had."""
    with already or http_server.listen(settings.linkbot_bind, settings.port) as listening:
        bot = create_app(settings)
        bot.start()
        refusals = Refusals()
        door = Door(
            bot.slack,
            settings.slack_signing_secret.get_secret_value(),
            refusals,
            bot.precedence,
            metrics_token=settings.linkbot_metrics_token.get_secret_value(),
        )
        try:
            http_server.serve(door, refusals, listening)
        finally:
            _end_in_time(bot.stop)
    return not bot.durable.lost


def tell_of_wrong_access(team: str) -> None:
    """Tell who installed the app in a workspace that a CRM of theirs does not let Linkbot in."""
    settings = load(workspace="")
    storage = create_storage(settings)
    try:
        _front(settings, storage).tell_installer(team, Trouble.WRONG_ACCESS)
    finally:
        storage.engine.dispose()


def run_front(settings: Settings) -> None:
    """Serve several workspaces until asked to stop. Raises OSError where the port cannot be had."""
    storage = create_storage(settings)
    with http_server.listen(settings.linkbot_bind, settings.port) as listening:
        front = _front(settings, storage)
        refusals, stopping = Refusals(), threading.Event()
        flow = create_flow(
            storage.installations,
            web_client("", settings.slack_api_url),
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            scopes=_scopes(),
            say=words(),
            installed=front.installed,
        )
        door = FrontDoor(
            flow,
            settings.slack_signing_secret.get_secret_value(),
            refusals,
            say=words(),
            is_installed=front.is_installed,
            port=front.houses.port,
            farewell=front.farewell,
            metrics_token=settings.linkbot_metrics_token.get_secret_value(),
        )
        front.houses.start()
        threading.Thread(target=front.sweep_on, args=(stopping,), name="linkbot-sweep", daemon=True).start()
        try:
            http_server.serve(door, refusals, listening)
        finally:
            stopping.set()
            front.houses.stop()
            storage.engine.dispose()


def _front(settings: Settings, storage: Storage) -> Front:
    return Front(settings, storage, Installers(settings.slack_api_url, storage.installations.token))


def _scopes() -> list[str]:
    """What the app asks a workspace for, as its manifest says."""
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return [str(one) for one in manifest["oauth_config"]["scopes"]["bot"]]
