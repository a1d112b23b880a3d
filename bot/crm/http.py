"""The line to a vendor: own time-outs, a limit on concurrent calls, and transport failures turned into CRMError."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import httpx

from bot.crm.port import CRMError

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
                    raise CRMError(
                        f"The address set for {self.label} is not a web address. Please correct it in the settings.",
                        permanent=True,
                        code="url",
                    ) from error
        raise AssertionError("the last try either returns or raises")

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def _unreachable(self, error: Exception) -> CRMError:
        return CRMError(
            f"{self.label} can't be reached at the moment; nothing was changed there. Please try again in a minute.",
            permanent=False,
            code=type(error).__name__,
        )

    def _broken_off(self, error: Exception, writes: bool) -> CRMError:
        reason = "did not answer in time" if isinstance(error, httpx.TimeoutException) else "broke off the connection"
        return CRMError(self.doubt(reason, writes), permanent=False, code=type(error).__name__, uncertain=writes)

    def doubt(self, reason: str, writes: bool) -> str:
        """The sentence for a call that failed on the vendor's side."""
        if writes:
            return f"{self.label} {reason}, so it isn't certain whether it was done. Please try again: I look first."
        return f"{self.label} {reason}. Please try again in a minute."

    def server_trouble(self, status: int, *, writes: bool) -> CRMError:
        """The error for an answer that carries no readable reason, by its HTTP status."""
        if status == 429:
            sentence = f"{self.label} asks for a pause because of too many calls. Please try again in a few minutes."
            return CRMError(sentence, permanent=False, code="429")
        if 300 <= status < 500 and status != 408:
            return CRMError(
                f"There is no {self.label} at the address that is set (it answered {status}). "
                "Please ask the person who looks after Linkbot to check the address in the settings.",
                permanent=True,
                code=str(status),
            )
        sentence = self.doubt("has a fault of its own at the moment", writes)
        return CRMError(sentence, permanent=False, code=str(status), uncertain=writes)
