"""Several workspaces: which installed the app, and the house of each of them."""

from __future__ import annotations

import logging
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.connections import Storage
from bot.houses import Houses, Trouble
from bot.language import Words, sentence, words
from bot.one_workspace import ENV_FILE
from bot.settings import Settings, SettingsError, load

SWEEP_SECONDS = 3600.0

log = logging.getLogger(__name__)


class Installers(Protocol):
    """Who installed the app in a workspace."""

    def still_works(self, team: str) -> bool:
        """Whether a workspace's token is good, as far as Slack tells."""

    def tell(self, team: str, user: str, text: str) -> None:
        """Tell the person alone."""


class Front:
    """The installations, and the houses of those that are set up."""

    def __init__(
        self, settings: Settings, storage: Storage, installers: Installers, houses: Houses | None = None
    ) -> None:
        self._settings = settings
        self._installers = installers
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
        if at <= found.installed_at.timestamp() and self._installers.still_works(team):
            return
        self._installations.uninstall(team)
        self.houses.end(team)
        log.info("workspace %s took the app out", team)

    def tell_installer(self, team: str, trouble: Trouble) -> None:
        """Tell who installed the app why it does not work there; each reason once."""
        found = self._installations.get(team)
        if found is None or not found.installer or not self._installations.tell_once(team, trouble):
            return
        self._installers.tell(team, found.installer, self._say(sentence(f"installed.{trouble}", team=team)))

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
