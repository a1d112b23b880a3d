"""The page that says why a record is chosen or shown has the reasons in the words of the card."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.matching import Field
from tests.commands.shown import say

PAGE = (Path(__file__).parents[2] / "docs" / "matching.md").read_text("utf-8")


@pytest.mark.parametrize("field", Field)
def test_every_reason_of_the_card_is_explained(field: Field) -> None:
    assert say(f"evidence.{field}", mail="…", record="…") in PAGE
