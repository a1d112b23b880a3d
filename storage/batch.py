"""Writing together what comes at the same time: one transaction, and one wait for the disk, for all who wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Entry:
    item: Any
    result: Any = None
    error: Exception | None = None
    done: bool = False


class Batch(Generic[Item, Result]):
    """`write` gets one or more items and gives a result for each, in their order."""

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._write = write
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: list[_Entry] = []

    def add(self, item: Item) -> Result:
        """Have an item written; gives its result once that is done. Raises what `write` raised."""
        entry = _Entry(item)
        with self._guard:
            self._waiting.append(entry)
        with self._writing:
            if not entry.done:  # the first of those who wait writes for the others
                self._write_all()
        if entry.error is not None:
            raise entry.error
        result: Result = entry.result
        return result

    def _write_all(self) -> None:
        with self._guard:
            entries, self._waiting = self._waiting, []
        try:
            for entry, result in zip(entries, self._write([e.item for e in entries]), strict=True):
                entry.result = result
        except Exception as error:  # noqa: BLE001 - raised in the thread of each who waits
            for entry in entries:
                entry.error = error
        for entry in entries:
            entry.done = True
