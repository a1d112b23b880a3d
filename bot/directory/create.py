"""The directory in memory, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from bot.crm import CRM
from bot.directory.in_memory import Directory
from bot.directory.saved_index import SavedMatcher
from bot.matching import Selection
from bot.settings import Settings
from storage.aliases import Aliases
from storage.directory import DirectoryStore


def create_directory(
    settings: Settings, crms: Mapping[str, CRM], *, store: DirectoryStore, aliases: Aliases, database: sa.URL
) -> Directory:
    """The directory over what `store` has copied of these CRMs; still empty. `database` is where the copy lies: the
    index is kept beside it, unless the settings name a folder."""
    folder = Path(settings.linkbot_index_folder) if settings.linkbot_index_folder else None
    if folder is None and database.get_backend_name() == "sqlite" and database.database not in (None, "", ":memory:"):
        folder = Path(f"{database.database}.index")
    source = f"{database.render_as_string(hide_password=True)} {' '.join(sorted(crms))}"
    return Directory(
        store,
        crms,
        region=settings.linkbot_phone_region,
        selection=Selection(tick=settings.linkbot_tick_probability, lead=settings.linkbot_tick_lead),
        aliases=aliases,
        saved=SavedMatcher(folder, source) if folder else None,
    )
