"""Copying a CRM's directory into storage: page by page, resumable, then only what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.crm.port import CRM
from bot.directory import to_row
from storage.directory import DirectoryStore
from storage.tables import SyncState, now

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a run brought: records read, records that vanished, and whether it was a full run."""

    read: int
    vanished: int
    full: bool


def sync(crm: CRM, store: DirectoryStore, *, full: bool = False, progress: Progress | None = None) -> SyncResult:
    """Bring the copy of one CRM up to date.

    A full run that was interrupted goes on where it stopped, also in another process. `full` begins a new full run.
    `progress` is told how many records have been read and how many are expected. Raises CRMError.
    """
    state = store.state(crm.vendor)
    if full or state.cursor is None:
        state = SyncState(vendor=crm.vendor, run=state.run + 1, full=True)
    elif not state.full:
        state.run, state.seen, state.total = state.run + 1, 0, None
    read = vanished = 0
    was_full = state.full
    store.save_staff(crm.vendor, {p.address.casefold(): p.name or "" for p in crm.staff() if p.address})
    for page in crm.changes(state.cursor):
        read += len(page.records)
        vanished += len(page.vanished)
        state.seen += len(page.records)
        state.cursor, state.total = page.cursor, page.total or state.total
        if page.last:
            state.finished_at = now()
        store.save_page(state, [to_row(r) for r in page.records], [(ref.kind, ref.id) for ref in page.vanished])
        if progress is not None:
            progress(state.seen, state.total)
        if page.last and was_full:
            vanished += store.sweep(crm.vendor, state.run)
            state.full = False
            store.save_page(state, [], [])
    return SyncResult(read, vanished, was_full)
