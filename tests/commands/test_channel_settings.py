"""The window of a channel's settings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.connections import ChannelChoice
from bot.language import LANGUAGES, words
from commands.cards.settings import AS_FOR_ALL, Asked, given, saved_words, settings_window
from tests.commands.slack_reads import taken_view

CRMS = {"onoffice": "onOffice", "zoho": "Zoho CRM"}
BOXES = [f"office{number}@{'very-' * 30}long.example" for number in range(3)] + [
    f"b{n}@example.com" for n in range(150)
]


def window(
    chosen: ChannelChoice, boxes: list[str] | None = None, crms: dict[str, str] = CRMS, language: str = "en"
) -> dict[str, Any]:
    asked = Asked(crms, BOXES if boxes is None else boxes, ("de", False), chosen)
    return {**settings_window("C1", asked, words(language)), "private_metadata": json.dumps({})}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "chosen", [ChannelChoice(), ChannelChoice(("zoho",), "gone@example.com", "en", True), ChannelChoice(private=False)]
)
def test_slack_takes_the_window_whatever_is_set(chosen: ChannelChoice, language: str) -> None:
    for boxes in ([], BOXES, ["info@example.com"]):
        for crms in (CRMS, {"onoffice": "onOffice"}):
            taken_view(window(chosen, boxes, crms, language))


def test_what_is_left_as_it_is_comes_back_as_it_was() -> None:
    chosen = ChannelChoice(("zoho",), "b1@example.com", "en", True)
    values = {}
    for block in window(chosen)["blocks"]:
        if element := block.get("element"):
            one, several = element.get("initial_option"), element.get("initial_options")
            values[block["block_id"]] = {block["block_id"]: {"selected_option": one, "selected_options": several}}
    assert given(values) == chosen
    everything = {name: {name: {"selected_option": {"value": AS_FOR_ALL}}} for name in ("mailbox", "language", "cards")}
    assert given(everything) == given({}) == ChannelChoice()


def test_what_was_saved_is_said_whole() -> None:
    asked = Asked(CRMS, [], ("de", True), ChannelChoice(("zoho",), "<box>@example.com"))
    assert saved_words("C1", asked, words("en")) == (
        "Saved for <#C1>. CRM: Zoho CRM. Mailbox: &lt;box&gt;@example.com. Language: German. "
        "Cards: Each person alone, with Show."
    )
