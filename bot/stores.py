"""What is kept, in one object: the database with the queries on it, and the directory made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.settings import Settings
from storage.aliases import Aliases
from storage.arrivals import Arrivals
from storage.directory import DirectoryStore
from storage.engine import create_engine
from storage.links import Links
from storage.locks import Locks
from storage.mailboxes import Mailboxes, Tokens
from storage.proposals import Proposals
from storage.vault import Vault

if TYPE_CHECKING:
    from bot.crm.port import CRM
    from bot.directory import Directory


@dataclass
class Storage:
    """The database and the queries on it."""

    engine: sa.Engine
    vault: Vault
    arrivals: Arrivals = field(init=False)
    proposals: Proposals = field(init=False)
    links: Links = field(init=False)
    directory: DirectoryStore = field(init=False)
    mailboxes: Mailboxes = field(init=False)
    tokens: Tokens = field(init=False)
    aliases: Aliases = field(init=False)
    locks: Locks = field(init=False)

    def __post_init__(self) -> None:
        self.arrivals = Arrivals(self.engine, self.vault)
        self.proposals = Proposals(self.engine, self.vault)
        self.links = Links(self.engine)
        self.directory = DirectoryStore(self.engine)
        self.mailboxes = Mailboxes(self.engine, self.vault)
        self.tokens = Tokens(self.engine, self.vault)
        self.aliases = Aliases(self.engine, self.vault)
        self.locks = Locks(self.engine)


def create_directory(settings: Settings, storage: Storage, crms: Mapping[str, CRM]) -> Directory:
    """The directory in memory, as the settings say; still empty."""
    # Here, because most commands need what is kept and not the matcher.
    from bot.directory import Directory
    from bot.matching import Selection
    from bot.saved_matcher import SavedMatcher

    url = storage.engine.url
    folder = Path(settings.linkbot_index_folder) if settings.linkbot_index_folder else None
    if folder is None and url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        folder = Path(f"{url.database}.index")
    source = f"{url.render_as_string(hide_password=True)} {' '.join(sorted(crms))}"
    return Directory(
        storage.directory,
        crms,
        settings.linkbot_phone_region,
        Selection(tick=settings.linkbot_tick_probability, lead=settings.linkbot_tick_lead),
        storage.aliases,
        SavedMatcher(folder, source) if folder else None,
    )


def create_storage(settings: Settings) -> Storage:
    """Storage as the settings say. Raises ValueError for a wrong address or key."""
    return Storage(create_engine(settings.database_url), Vault(settings.linkbot_secret_key.get_secret_value()))
