"""Slack's signature of a request, checked over its raw bytes.

`v0=` and the HMAC-SHA256 of `v0:{time}:{body}` under the app's signing secret; the time may be five minutes off.
https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FRESH_SECONDS = 300
_STAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


class Refusal(StrEnum):
    """Why a request is not let in: words for the log and the metrics."""

    UNSIGNED = "unsigned"
    STALE = "stale"
    FORGED = "wrong signature"
    TOO_LARGE = "too large"
    UNREADABLE = "unreadable"
    UNKNOWN_PATH = "unknown path"
    TOO_SLOW = "too slow"
    CROWDED = "crowded"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request says of itself; true only once `signs` has said so."""

    stamp: bytes
    digest: bytes

    def signs(self, body: bytes, secret: str) -> bool:
        """Whether the holder of the secret made this signature, for this body."""
        signed = b"v0:" + self.stamp + b":" + body
        wanted = b"v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()
        return hmac.compare_digest(wanted, self.digest)


def signature_of(headers: Iterable[tuple[bytes, bytes]], now: float) -> Signature | Refusal:
    """The signature in a request's headers (names in lower case), or why there is no need to read any further. `now` is
    the time in seconds since 1970."""
    given = list(headers)
    stamps = [value for name, value in given if name == b"x-slack-request-timestamp"]
    digests = [value for name, value in given if name == b"x-slack-signature"]
    if len(stamps) != 1 or len(digests) != 1:
        return Refusal.UNSIGNED
    if not _STAMP.fullmatch(stamps[0]) or not _SIGNATURE.fullmatch(digests[0]):
        return Refusal.UNSIGNED
    if abs(now - int(stamps[0])) > FRESH_SECONDS:
        return Refusal.STALE
    return Signature(stamps[0], digests[0])
