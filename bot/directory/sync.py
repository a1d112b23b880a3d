"""Copying a CRM's directory into storage: page by page, resumable, then only what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.crm import CRM, Page, is_full
from bot.directory.rows import to_row
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
    if full:
        state.cursor, state.under_way = None, False
    if not state.under_way:
        state.run, state.seen, state.total, state.under_way = state.run + 1, 0, None, True
    read = vanished = 0
    whole = False
    store.save_staff(crm.vendor, {p.address.casefold(): p.name or "" for p in crm.staff() if p.address})
    for page in crm.changes(state.cursor):
        read += len(page.records)
        vanished += len(page.vanished)
        state.seen += len(page.records)
        state.cursor, state.total = page.cursor, _expected(page, state)
        whole = is_full(page.cursor)
        if page.last:
            state.under_way, state.finished_at = False, now()
            state.full_at = now() if whole else state.full_at
        store.save_page(state, [to_row(r) for r in page.records], [(ref.kind, ref.id) for ref in page.vanished])
        if page.last and whole:
            # Behind the page that ends the run: a crash in between leaves records that the next full run sweeps.
            vanished += store.sweep(crm.vendor, state.run)
        if progress is not None:
            progress(state.seen, state.total)
    return SyncResult(read, vanished, whole)


def _expected(page: Page, state: SyncState) -> int | None:
    """How many records the run is expected to bring: never less than it brought, and no other number at its end,
    though the vendor also counts what it does not show."""
    if page.last:
        return state.seen
    total = state.total if page.total is None else page.total
    return None if total is None else max(total, state.seen)
