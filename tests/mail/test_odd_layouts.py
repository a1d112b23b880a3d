"""Forwards of many more programs and of hands that edit them, one text each, all of the same mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.mail import unwrap

TEXTS = ("\n" + Path(__file__).with_name("odd_layouts.txt").read_text("utf-8")).split("\n=== ")[1:]


@pytest.mark.parametrize("case", TEXTS, ids=lambda text: text.partition(" | ")[0])
def test_every_field_is_read(case: str) -> None:
    head, _, text = case.partition("\n")
    _, subject, *flags = head.split(" | ")
    found = unwrap(text, subject)
    assert found is not None and found.sender is not None
    assert found.sender.address == "erika@example.de"
    assert found.sender.name == (None if "Muster" not in text else "Erika Muster")
    assert [one.address for one in found.to] == ([] if "no to" in flags else ["max@example.com"])
    assert found.subject == "Wohnung" and found.text.split() == ["Guten", "Tag"]
    assert found.date is not None and found.date.strftime("%Y-%m-%d %H:%M") == "2023-04-06 16:17"
    assert found.note.startswith("Bitte ablegen") and "erika" not in found.note


def test_there_are_many() -> None:
    assert len(TEXTS) > 90
