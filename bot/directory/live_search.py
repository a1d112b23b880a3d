"""What a CRM itself finds, for as long as Slack waits for what a field offers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping

from bot.crm import CRM, CRMError
from bot.records import Category, Record

# Slack shows an error of its own where a field has waited for three seconds:
# https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
LIVE_SECONDS = 2.0
# So many may hang at a vendor that does not answer. Then nothing more is asked until one of them has ended.
MOST_HANGING = 8

log = logging.getLogger(__name__)


class LiveSearch:
    """Asks beside the caller: an answer that comes too late is taken in too, and found by whoever types on."""

    def __init__(self, crms: Mapping[str, CRM], take_in: Callable[[list[Record]], None]) -> None:
        self._crms = crms
        self._take_in = take_in
        self._free = threading.BoundedSemaphore(MOST_HANGING)

    def find(
        self, text: str, vendor: str, categories: Collection[Category], *, limit: int, within: float = LIVE_SECONDS
    ) -> list[Record]:
        """What the vendor finds within so many seconds; nothing where it fails or takes longer."""
        if not self._free.acquire(blocking=False):
            log.warning("live search at %s: too many hang already", vendor)
            return []
        found: list[Record] = []

        def ask() -> None:
            try:
                answer = self._ask(text, vendor, categories, limit)
                self._take_in(answer)
                found.extend(answer)
            finally:
                self._free.release()

        asking = threading.Thread(target=ask, name="live search", daemon=True)
        asking.start()
        asking.join(within)
        if asking.is_alive():
            log.warning("live search at %s takes longer than %.1f s", vendor, within)
        return list(found)

    def _ask(self, text: str, vendor: str, categories: Collection[Category], limit: int) -> list[Record]:
        found: list[Record] = []
        for category in categories:
            try:
                found += [r for r in self._crms[vendor].search(text, category, limit) if r.category in categories]
            except CRMError as error:
                log.warning("live search at %s failed: %s", vendor, error.code)
                break
        return found[:limit]
