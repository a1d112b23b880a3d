"""What was asked and is believed for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

REMEMBER_SECONDS = 300.0
# More than a workspace has people at work; beyond it what is too old goes.
MANY = 10_000

T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers by key. Several who ask for the same at once wait for one answer; an answer that failed is not kept."""

    def __init__(self, ask: Callable[[str], T], seconds: float | None = None) -> None:
        """`ask` may raise; what it raises goes to who asked. An answer counts for `seconds`, or REMEMBER_SECONDS."""
        self._ask = ask
        self._seconds = seconds
        self._known: dict[str, tuple[float, T]] = {}
        self._asking: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> T:
        """The answer, asked for where it is not known or too old."""
        with self._lock:
            known = self._fresh(key)
            if known:
                return known[0]
            asking = self._asking.setdefault(key, threading.Lock())
        with asking:
            with self._lock:
                known = self._fresh(key)
            if known:
                return known[0]
            try:
                answer = self._ask(key)
                self.put(key, answer)
            finally:
                with self._lock:
                    self._asking.pop(key, None)
        return answer

    def known(self, key: str) -> T | None:
        """The answer, where it is known; never asks."""
        with self._lock:
            found = self._fresh(key)
        return found[0] if found else None

    def put(self, key: str, answer: T) -> None:
        """Take an answer that came by itself."""
        with self._lock:
            if len(self._known) >= MANY:
                self._known = {name: one for name, one in self._known.items() if self._is_fresh(one[0])}
            self._known[key] = (time.monotonic(), answer)

    def forget(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)

    def _fresh(self, key: str) -> tuple[T] | None:
        found = self._known.get(key)
        return (found[1],) if found and self._is_fresh(found[0]) else None

    def _is_fresh(self, since: float) -> bool:
        return time.monotonic() - since < (REMEMBER_SECONDS if self._seconds is None else self._seconds)
