"""Several workspaces put together: the one door that Slack knows, and a house behind it for each workspace.

Beside `bot.app`, which puts one house together, this alone imports `commands`.
"""

from __future__ import annotations

import logging
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.connections import Storage, create_storage
from bot.houses import Houses, Trouble
from bot.language import Words, sentence, words
from bot.one_workspace import ENV_FILE
from bot.settings import Settings, SettingsError, load
from commands import http_server
from commands.front_door import FrontDoor
from commands.installing import create_flow
from commands.refusals import Refusals
from commands.slack_calls import web_client

MANIFEST = Path(__file__).with_name("manifest.yml")
SWEEP_SECONDS = 3600.0
# Slack's word that a token is no longer good.
TAKEN_BACK = frozenset({"account_inactive", "invalid_auth", "token_revoked", "not_authed"})

log = logging.getLogger(__name__)


def scopes() -> list[str]:
    """What the app asks a workspace for, as its manifest says."""
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return [str(one) for one in manifest["oauth_config"]["scopes"]["bot"]]


class Front:
    """The installations, and the houses of those that are set up."""

    def __init__(self, settings: Settings, storage: Storage, houses: Houses | None = None) -> None:
        self._settings = settings
        self._installations = storage.installations
        self._say: Words = words()
        self.houses = houses or Houses(
            installed=self.teams, stamp=self.stamp, is_set_up=self.is_set_up, tell=self.tell_installer
        )

    def folder(self, team: str) -> Path:
        return Path(self._settings.linkbot_workspaces) / team

    def teams(self) -> list[str]:
        """The workspaces in which the app is installed."""
        return [one.team for one in self._installations.all() if one.uninstalled_at is None]

    def is_installed(self, team: str) -> bool:
        found = self._installations.get(team)
        return found is not None and found.uninstalled_at is None

    def is_set_up(self, team: str) -> bool:
        """Whether a workspace's own settings are complete."""
        try:
            return not load(workspace=team).missing_for_crm()
        except SettingsError as error:
            log.warning("the settings of workspace %s are wrong: %s", team, error.message.id)
            return False

    def stamp(self, team: str) -> object:
        """Other whenever a workspace's settings or its token are."""
        file, found = self.folder(team) / ENV_FILE, self._installations.get(team)
        return (file.stat().st_mtime_ns if file.exists() else 0, found.installed_at if found else None)

    def installed(self, team: str) -> bool:
        """A workspace has just installed the app, for the first time or anew. Whether it is set up."""
        self.folder(team).mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.is_set_up(team)

    def farewell(self, team: str, at: int) -> None:
        """Slack said at that second that a workspace took the app out: everything of it stops at once. Where it was
        installed anew since, its token still works, and nothing is done."""
        found = self._installations.get(team)
        if found is None or found.uninstalled_at is not None:
            return
        if at <= found.installed_at.timestamp() and self._still_works(team):
            return
        self._installations.uninstall(team)
        self.houses.end(team)
        log.info("workspace %s took the app out", team)

    def _still_works(self, team: str) -> bool:
        try:
            self._client(team).auth_test()
        except SlackApiError as error:
            return error.response.get("error") not in TAKEN_BACK
        except (SlackClientError, OSError):
            return True
        return True

    def tell_installer(self, team: str, trouble: Trouble) -> None:
        """Tell who installed the app why it does not work there; each reason once."""
        found = self._installations.get(team)
        if found is None or not found.installer or not self._installations.tell_once(team, trouble):
            return
        text = self._say(sentence(f"installed.{trouble}", team=team))
        try:
            self._client(team).chat_postMessage(channel=found.installer, text=text)
        except (SlackApiError, SlackClientError, OSError) as error:
            log.warning("the installer of workspace %s could not be told: %s", team, type(error).__name__)

    def _client(self, team: str) -> WebClient:
        return web_client(self._installations.token(team), self._settings.slack_api_url)

    def sweep(self, moment: datetime) -> None:
        """Forget what is kept of workspaces that took the app out so long ago."""
        keep = timedelta(days=self._settings.linkbot_keep_days)
        for one in self._installations.all():
            if one.uninstalled_at is not None and one.uninstalled_at + keep < moment:
                shutil.rmtree(self.folder(one.team), ignore_errors=True)
                self._installations.forget(one.team)
                log.info("what was kept of workspace %s is forgotten", one.team)

    def sweep_on(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                self.sweep(datetime.now(UTC))
            except Exception as error:  # noqa: BLE001 - tried again in an hour
                log.warning("the sweep of workspaces failed: %s", type(error).__name__)
            stopping.wait(SWEEP_SECONDS)


def tell_of_wrong_access(team: str) -> None:
    """Tell who installed the app in a workspace that a CRM of theirs does not let Linkbot in."""
    settings = load(workspace="")
    storage = create_storage(settings)
    try:
        Front(settings, storage).tell_installer(team, Trouble.WRONG_ACCESS)
    finally:
        storage.engine.dispose()


def run_front(settings: Settings) -> None:
    """Serve several workspaces until asked to stop. Raises OSError where the port cannot be had."""
    storage = create_storage(settings)
    with http_server.listen(settings.linkbot_bind, settings.port) as listening:
        front = Front(settings, storage)
        refusals, stopping = Refusals(), threading.Event()
        flow = create_flow(
            storage.installations,
            web_client("", settings.slack_api_url),
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            scopes=scopes(),
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
