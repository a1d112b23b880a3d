"""Encryption at rest for what must be kept for a while: a pending mail's text, mailbox passwords, vendor tokens."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 16


class BrokenSealError(Exception):
    """A sealed text cannot be opened with the keys at hand: it was sealed with another LINKBOT_SECRET_KEY."""


class Vault:
    """Seals and opens short texts with Fernet.

    `secret` is LINKBOT_SECRET_KEY: one secret of at least 16 characters, or several with commas between them to rotate
    keys; the first seals, all of them open. Raises ValueError for a secret that is too short.
    """

    def __init__(self, secret: str) -> None:
        secrets = [part.strip() for part in secret.split(",") if part.strip()]
        if not secrets or any(len(part) < SHORTEST_KEY for part in secrets):
            raise ValueError(f"LINKBOT_SECRET_KEY must have at least {SHORTEST_KEY} characters")
        self._fernet = MultiFernet([Fernet(_fernet_key(part)) for part in secrets])

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises BrokenSealError where the key does not fit."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise BrokenSealError from error


def _fernet_key(secret: str) -> bytes:
    """Any secret text to Fernet's 32 bytes; HKDF because the secret is a key, not a password to be stretched."""
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"linkbot vault").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
