"""What is kept, in one object: the database with the queries on it, and the directory made from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.settings import Settings
from storage.aliases import Aliases
from storage.arrivals import Arrivals
from storage.bundles import Bundles
from storage.channel_settings import ChannelSettings
from storage.charts import Charts
from storage.creations import Creations
from storage.directory import DirectoryStore
from storage.engine import create_engine
from storage.first_runs import FirstRuns
from storage.installations import Installations
from storage.links import Links
from storage.locks import Locks
from storage.mailboxes import Mailboxes, Tokens
from storage.outages import Outages
from storage.proposals import Proposals
from storage.subscriptions import Subscriptions
from storage.vault import Vault
from storage.wakings import Wakings


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
    outages: Outages = field(init=False)
    creations: Creations = field(init=False)
    bundles: Bundles = field(init=False)
    charts: Charts = field(init=False)
    subscriptions: Subscriptions = field(init=False)
    channels: ChannelSettings = field(init=False)
    first_runs: FirstRuns = field(init=False)
    installations: Installations = field(init=False)
    locks: Locks = field(init=False)
    wakings: Wakings = field(init=False)

    def __post_init__(self) -> None:
        self.arrivals = Arrivals(self.engine, self.vault)
        self.proposals = Proposals(self.engine, self.vault)
        self.links = Links(self.engine)
        self.directory = DirectoryStore(self.engine)
        self.mailboxes = Mailboxes(self.engine, self.vault)
        self.tokens = Tokens(self.engine, self.vault)
        self.aliases = Aliases(self.engine, self.vault)
        self.first_runs = FirstRuns(self.engine)
        self.outages = Outages(self.engine)
        self.creations = Creations(self.engine, self.vault)
        self.bundles = Bundles(self.engine)
        self.charts = Charts(self.engine)
        self.subscriptions = Subscriptions(self.engine)
        self.channels = ChannelSettings(self.engine)
        self.installations = Installations(self.engine, self.vault)
        self.locks = Locks(self.engine)
        self.wakings = Wakings(self.engine, self.proposals)


def create_storage(settings: Settings) -> Storage:
    """Storage as the settings say. Raises ValueError for a wrong address or key."""
    return Storage(create_engine(settings.database_url), Vault(settings.linkbot_secret_key.get_secret_value()))
