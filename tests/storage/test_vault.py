from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.vault import BrokenSealError, Vault


@given(st.text())
def test_what_is_sealed_opens_again_and_cannot_be_read(text: str) -> None:
    vault = Vault("first secret of the tests")
    sealed = vault.seal(text)
    assert vault.open(sealed) == text
    assert len(text) < 4 or text not in sealed


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed() -> None:
    sealed = Vault("old-secret-old-secret").seal("Guten Tag")
    rotated = Vault("new-secret-new-secret,old-secret-old-secret")
    assert rotated.open(sealed) == "Guten Tag"
    assert Vault("new-secret-new-secret").open(rotated.seal("neu")) == "neu"
    with pytest.raises(BrokenSealError):
        Vault("new-secret-new-secret").open(sealed)


@pytest.mark.parametrize("secret", ["", "short", "long enough for a key,short"])
def test_a_short_key_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="16 characters"):
        Vault(secret)
