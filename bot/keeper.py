"""The work beside the conversation: keeping the directory fresh, and starting what a crash left behind."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from bot import telemetry
from bot.creation import Creating
from bot.crm import CRM, CRMError
from bot.directory import Directory, sync
from bot.intake import Proposing, Waker
from bot.linking import Linking, LostAccess, Together
from storage.directory import DirectoryStore
from storage.locks import Locks
from storage.migrate import DatabaseError
from storage.tables import now

REFRESH_SECONDS = 2.0
SWEEP_SECONDS = 10.0
FORGET_SECONDS = 600.0
# Slack tells when a channel is shared; this is for what it told while nobody listened.
LOOK_SECONDS = 300.0
# Not every vendor tells what was deleted: only a full run finds out.
FULL_EVERY = timedelta(hours=24)
# Work this young is being started by the request that brought it.
SWEEP_AGE = timedelta(seconds=10)

log = logging.getLogger(__name__)


class Keeper:
    """Two threads: one syncs with the CRMs (it may take long), one looks for changes in storage and for left work."""

    def __init__(
        self,
        *,
        crms: Mapping[str, CRM],
        store: DirectoryStore,
        directory: Directory,
        locks: Locks,
        proposing: Proposing,
        linking: Linking,
        creating: Creating | None = None,
        together: Together | None = None,
        send_due: Callable[[], None] = lambda: None,
        waker: Waker | None = None,
        sync_minutes: float,
        keep: timedelta,
        log_names: timedelta | None = None,
        is_shared: Callable[[str], bool] = lambda _: False,
        watch: Callable[[threading.Event], None] | None = None,
        lost_access: LostAccess | None = None,
        logins: Callable[[], Mapping[str, bool]] = dict,
        forget_work: Callable[[timedelta], object] = lambda _: None,
    ) -> None:
        """`send_due` says what is to be said in the morning, where that is due.
        `is_shared` tells of a conversation whether another company is in it; it gives up soon. `forget_work` deletes
        what the workflow engine keeps of work that ended so long ago.
        `lost_access` is told who does not accept the bot's keys, and `logins` tells which mailboxes do.
        `watch` looks after vendors that are away until it is asked to stop."""
        self._crms = crms
        self._store = store
        self._directory = directory
        self._locks = locks
        self._proposing = proposing
        self._linking = linking
        self._creating = creating
        self._together = together
        self._send_due = send_due
        self._waker = waker
        self._sync_seconds = sync_minutes * 60
        self._keep = keep
        self._log_names = log_names
        self._is_shared = is_shared
        self._watch = watch
        self._lost_access = lost_access
        self._logins = logins
        self._forget_work = forget_work
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self._directory.refresh()
        if self._copied():
            self._directory.ready.set()
        for work in (self._sync_all, self._look_after):
            thread = threading.Thread(target=work, name=f"linkbot-{work.__name__.strip('_')}", daemon=True)
            thread.start()
            self._threads.append(thread)
        if self._watch is not None:  # not waited for at the end: a vendor may be silent for long
            threading.Thread(target=self._watch, args=(self._stopping,), name="linkbot-watch", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def _copied(self) -> bool:
        return all(self._store.state(vendor).finished_at for vendor in self._crms)

    def _sync_all(self) -> None:
        while not self._stopping.is_set():
            for vendor in self._crms:
                self._carefully(f"the sync with {vendor}", partial(self._sync, vendor))
            self._carefully("the directory", self._directory.refresh)
            self._directory.ready.set()
            self._directory.save()
            self._carefully("the mailboxes", self._log_in)
            self._stopping.wait(self._sync_seconds)

    def _sync(self, vendor: str) -> None:
        with self._locks.hold(f"sync {vendor}"):
            if self._is_fresh(vendor):
                return  # another process has just done it
            try:
                result = sync(self._crms[vendor], self._store, full=self._full_is_due(vendor))
            except CRMError as error:
                if error.refuses_access and self._lost_access:
                    self._lost_access.refused(self._crms[vendor].label)
                raise
        if self._lost_access:
            self._lost_access.accepted(self._crms[vendor].label)
        log.info("synced %s: %d read, %d vanished", vendor, result.read, result.vanished)

    def _log_in(self) -> None:
        """Whether the mailboxes let the bot in."""
        if self._lost_access is None:
            return
        for identity, accepted in self._logins().items():
            (self._lost_access.accepted if accepted else self._lost_access.refused)(identity)

    def _is_fresh(self, vendor: str) -> bool:
        """Whether the copy was brought up to date less than half a round ago, by whomever."""
        state = self._store.state(vendor)
        half = timedelta(seconds=self._sync_seconds / 2)
        return not state.under_way and state.finished_at is not None and now() - state.finished_at < half

    def _carefully(self, what: str, work: Callable[[], object]) -> None:
        """A CRM or a database that is away must not end this thread: the next round tries again."""
        try:
            work()
        except (CRMError, DatabaseError) as error:
            code = error.code if isinstance(error, CRMError) else type(error).__name__
            log.warning("%s failed (%s); trying again later", what, code or "no code")

    def _full_is_due(self, vendor: str) -> bool:
        state = self._store.state(vendor)
        return not state.under_way and (state.full_at is None or now() - state.full_at > FULL_EVERY)

    def _look_after(self) -> None:
        swept = looked = forgot = 0.0
        while not self._stopping.wait(REFRESH_SECONDS):
            self._carefully("the directory", self._refresh)
            if self._waker is not None and self._directory.ready.is_set():
                self._carefully("waiting mails", self._waker.round)
            if self._together is not None:
                self._carefully("the summaries", self._together.show_due)
            if time.monotonic() - swept >= SWEEP_SECONDS:
                self._carefully("the sweep", self._sweep)
                self._carefully("the morning", self._send_due)
                swept = time.monotonic()
            if time.monotonic() - looked >= LOOK_SECONDS:
                self._carefully("the channels", partial(self._linking.look_who_reads_along, self._is_shared))
                looked = time.monotonic()
            if time.monotonic() - forgot >= FORGET_SECONDS:
                self._carefully("work that ended", partial(self._forget_work, self._keep))
                forgot = time.monotonic()

    def _refresh(self) -> None:
        if changed := self._directory.refresh():
            log.info("directory: %d changes, %d records", changed, len(self._directory))

    def _sweep(self) -> None:
        for vendor in self._crms:
            if finished := self._store.state(vendor).finished_at:
                telemetry.synced(vendor, finished.timestamp())
        self._proposing.drop_unanswered()
        self._linking.resume(SWEEP_AGE)
        self._linking.expire(self._keep)
        self._linking.forget_names(self._log_names)
        if self._creating is not None:
            self._creating.resume(SWEEP_AGE)
            self._creating.expire(self._keep)
        if self._together is not None:
            self._together.forget(self._keep)
        self._store.empty_log()
        self._linking.catch_up_cards()
