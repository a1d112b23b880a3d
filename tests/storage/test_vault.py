from __future__ import annotations

import base64

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from storage.vault import BrokenSealError, Vault

HERE = "proposal p1 mail"


@given(st.text(), st.text())
def test_what_is_sealed_opens_again_in_its_place_only_and_cannot_be_read(text: str, place: str) -> None:
    vault = Vault("first secret of the tests")
    sealed = vault.seal(text, place)
    assert vault.open(sealed, place) == text
    assert len(text) < 4 or text not in sealed
    with pytest.raises(BrokenSealError):
        vault.open(sealed, f"{place}x")


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed() -> None:
    sealed = Vault("old-secret-old-secret").seal("Guten Tag", HERE)
    rotated = Vault("new-secret-new-secret,old-secret-old-secret")
    assert rotated.open(sealed, HERE) == "Guten Tag"
    assert Vault("new-secret-new-secret").open(rotated.seal("neu", HERE), HERE) == "neu"
    with pytest.raises(BrokenSealError):
        Vault("new-secret-new-secret").open(sealed, HERE)


def test_what_an_earlier_version_sealed_still_opens() -> None:
    secret = "a secret of an earlier version"
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"linkbot vault").derive(secret.encode())
    sealed = Fernet(base64.urlsafe_b64encode(key)).encrypt(b"Guten Tag").decode()
    assert Vault(secret).open(sealed, HERE) == "Guten Tag"


@pytest.mark.parametrize("sealed", ["", "2.", "2.A", "2.AAAA", "2.ü", "gAAAAA", "Guten Tag"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(BrokenSealError):
        Vault("first secret of the tests").open(sealed, HERE)


@pytest.mark.parametrize("secret", ["", "short", "long enough for a key,short"])
def test_a_short_key_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="16 characters"):
        Vault(secret)
