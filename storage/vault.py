"""Encryption at rest for what must be kept for a while: a pending mail's text, mailbox passwords, vendor tokens."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 16
# Before what is sealed for a place; without it stands what an earlier version sealed, with Fernet and for no place.
_MARK = "2."
_NONCE = 12  # bytes, as NIST SP 800-38D recommends for GCM


class ShortKeyError(ValueError):
    """A secret that is too short to seal with."""


class BrokenSealError(Exception):
    """A sealed text cannot be opened with the keys at hand: it was sealed with another LINKBOT_SECRET_KEY, or for
    another place."""


class Vault:
    """Seals and opens short texts with AES-256-GCM. Each is bound to its place, a name of the row and column that it
    stands in: moved to another row, it does not open.

    `secret` is LINKBOT_SECRET_KEY: one secret of at least 16 characters, or several with commas between them to rotate
    keys; the first seals, all of them open. Raises ShortKeyError for a secret that is too short.
    """

    def __init__(self, secret: str) -> None:
        secrets = [part.strip() for part in secret.split(",") if part.strip()]
        if not secrets or any(len(part) < SHORTEST_KEY for part in secrets):
            raise ShortKeyError(f"LINKBOT_SECRET_KEY must have at least {SHORTEST_KEY} characters")
        self._ciphers = [AESGCM(_key(part, b"linkbot vault, bound")) for part in secrets]
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_key(part, b"linkbot vault"))) for part in secrets])

    def seal(self, text: str, place: str) -> str:
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[0].encrypt(nonce, text.encode(), place.encode())
        return _MARK + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """Raises BrokenSealError where no key fits, or where it was sealed for another place."""
        if not sealed.startswith(_MARK):
            try:
                return self._fernet.decrypt(sealed.encode()).decode()
            except InvalidToken as error:
                raise BrokenSealError from error
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(_MARK))
        except ValueError as error:  # no base64, or no ASCII
            raise BrokenSealError from error
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
            except (InvalidTag, ValueError):
                continue
        raise BrokenSealError


def _key(secret: str, purpose: bytes) -> bytes:
    """Any secret text to 32 bytes; HKDF because the secret is a key, not a password to be stretched."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
