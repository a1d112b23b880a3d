"""The copy of the CRMs: brought into storage by `sync`, and kept in memory for matching and searching.

Imports `bot.crm`, `bot.matching` and the floors below them. What matches is loaded only where it is asked for: a sync
needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.directory.live_search import LIVE_SECONDS
from bot.directory.sync import SyncResult, sync

if TYPE_CHECKING:
    from bot.directory.create import create_directory
    from bot.directory.in_memory import Directory

__all__ = ["LIVE_SECONDS", "Directory", "SyncResult", "create_directory", "sync"]

_MATCHING = {"Directory": "in_memory", "create_directory": "create"}


def __getattr__(name: str) -> Any:
    if name not in _MATCHING:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_MATCHING[name]}"), name)
