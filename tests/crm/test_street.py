import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.street import split_street


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Lindenstraße 12", ("Lindenstraße", "12")),
        ("Lindenstraße 12 a", ("Lindenstraße", "12 a")),
        ("Lindenstr. 12a-14", ("Lindenstr.", "12a-14")),
        ("Straße des 17. Juni 135", ("Straße des 17. Juni", "135")),
        ("Am  Markt   Nr. 3", ("Am Markt", "3")),
        ("7 High Street", ("High Street", "7")),
        ("221b Baker Street", ("Baker Street", "221b")),
        ("Lindenstraße", ("Lindenstraße", "")),
        ("", ("", "")),
        ("C 4, 12", ("C 4", "12")),
    ],
)
def test_known_forms(line: str, parts: tuple[str, str]) -> None:
    assert split_street(line) == parts


@given(st.text())
def test_nothing_that_was_written_is_lost(line: str) -> None:
    street, number = split_street(line)
    letters = [c for c in "".join(line.split()) if c.isalnum() and c not in "Nnr"]
    kept = [c for c in "".join((street + number).split()) if c.isalnum() and c not in "Nnr"]
    assert sorted(letters) == sorted(kept)
