"""The line to a vendor: own time-outs, a limit on concurrent calls, and transport failures turned into CRMError."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import httpx

from bot.crm.port import CRMError
from bot.language import Sentence, sentence

CONNECT_TRIES = 3
CONNECT_PAUSE_SECONDS = 0.3
CONCURRENT_CALLS = 5

# What httpx raises before any byte of the request has left: the vendor cannot have acted on it.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Http:
    """One vendor's HTTP client; safe to use from several threads.

    Redirects are not followed: a request carries credentials that belong to one host only.
    """

    def __init__(self, label: str, timeout: float, transport: httpx.BaseTransport | None = None) -> None:
        """`label` is the product's name for people; `timeout` is in seconds; `transport` replaces the network."""
        self.label = label
        # httpx logs whole URLs at INFO, and a search's URL holds the address or the words that were searched for.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._client = httpx.Client(timeout=timeout, transport=transport, follow_redirects=False)
        self._slots = threading.BoundedSemaphore(CONCURRENT_CALLS)

    def send(self, build: Callable[[httpx.Client], httpx.Request], *, writes: bool = False) -> httpx.Response:
        """Send what `build` makes; it is called anew for every try, so that a signature is never stale.

        Only a request that never left is repeated here; everything else is the caller's to repeat. Raises CRMError,
        `uncertain` where a request that `writes` may have been carried out.
        """
        with self._slots:
            for attempt in range(1, CONNECT_TRIES + 1):
                try:
                    return self._client.send(build(self._client))
                except _NEVER_SENT as error:
                    if attempt == CONNECT_TRIES:
                        raise self._unreachable(error) from error
                    time.sleep(CONNECT_PAUSE_SECONDS * attempt)
                except (httpx.TransportError, httpx.DecodingError) as error:
                    raise self._broken_off(error, writes) from error
                except httpx.InvalidURL as error:
                    said = sentence("crm.no_address", crm=self.label)
                    raise CRMError(said, permanent=True, code="url") from error
        raise AssertionError("the last try either returns or raises")

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def _unreachable(self, error: Exception) -> CRMError:
        said = sentence("crm.unreachable", crm=self.label)
        return CRMError(said, permanent=False, code=type(error).__name__)

    def _broken_off(self, error: Exception, writes: bool) -> CRMError:
        reason = "no_answer" if isinstance(error, httpx.TimeoutException) else "broken_off"
        return CRMError(self.doubt(reason, writes), permanent=False, code=type(error).__name__, uncertain=writes)

    def doubt(self, reason: str, writes: bool) -> Sentence:
        """The sentence for a call that failed on the vendor's side."""
        return sentence(f"crm.{reason}.in_doubt" if writes else f"crm.{reason}.again", crm=self.label)

    def server_trouble(self, status: int, *, writes: bool) -> CRMError:
        """The error for an answer that carries no readable reason, by its HTTP status."""
        if status == 429:
            return CRMError(sentence("crm.pause", crm=self.label), permanent=False, code="429")
        if 300 <= status < 500 and status != 408:
            said = sentence("crm.not_there", crm=self.label, status=status)
            return CRMError(said, permanent=True, code=str(status))
        return CRMError(self.doubt("fault", writes), permanent=False, code=str(status), uncertain=writes)
