"""Where a vendor's short-lived access token is kept, so that processes share one instead of asking for many."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from typing import Protocol


class TokenStore(Protocol):
    """A place for one small JSON text. It holds a credential: a lasting implementation encrypts it."""

    def load(self) -> str | None:
        """What was saved last, or None."""
        ...

    def save(self, text: str) -> None: ...

    def lock(self) -> AbstractContextManager[object]:
        """Held while a token is fetched: only one process asks the vendor, the others then load its result."""
        ...


class MemoryTokenStore:
    """Keeps the text for as long as the process lives."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._lock = threading.RLock()

    def load(self) -> str | None:
        return self._text

    def save(self, text: str) -> None:
        self._text = text

    def lock(self) -> AbstractContextManager[object]:
        return self._lock
