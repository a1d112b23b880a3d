"""How much an organisation may ask for: credits of a day, calls at once, rows of a list and of a query.

https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.zoho.errors import ZohoError

CREDITS_HEADER = "X-API-CREDITS-REMAINING"


@dataclass
class Limits:
    """The limits and what is used of them. `concurrent` is the Standard edition's."""

    credits: int = 100_000
    concurrent: int = 10
    listed: int = 100_000
    rows: int = 2_000
    used: int = 0
    running: int = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """One call. Raises ZohoError where there are too many."""
        if self.used >= self.credits:
            raise ZohoError(429, "TOO_MANY_REQUESTS", "too many requests. please try again after some time")
        if self.running >= self.concurrent:
            raise ZohoError(429, "TOO_MANY_REQUESTS", "Many requests fired in concurrent than the allowed limit.")
        self.used += 1
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1

    def headers(self) -> dict[str, str]:
        """What is left, told only once half of it is used."""
        left = max(self.credits - self.used, 0)
        return {CREDITS_HEADER: str(left)} if self.used * 2 >= self.credits else {}
