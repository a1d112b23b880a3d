"""A window that is completed behind its opening never takes away what it came to show meanwhile."""

from __future__ import annotations

import json

from slack_bolt import Respond
from slack_sdk import WebClient

from bot.language import words
from commands.windows import Window
from tests.commands.slack_server import running


def test_a_window_is_completed_only_as_it_was_opened() -> None:
    with running() as slack:
        slack.api("views.open", view={"id": "V1", "hash": "1.first"})
        slack.api("views.update", error="hash_conflict")
        window = Window(
            WebClient(base_url=f"{slack.url}/api/"),
            "trigger",
            Respond(response_url=None),
            words("en"),
            lambda view: {**view, "private_metadata": "sealed"},
        )
        opened = window.open({"type": "modal"})
        assert opened is not None
        window.complete(opened, {"type": "modal", "blocks": []})
        asked = json.loads(slack.asked[-1].body)
        assert slack.paths() == ["/api/views.open", "/api/views.update"]
        assert (asked["view_id"], asked["hash"]) == ("V1", "1.first")
        assert asked["view"]["private_metadata"] == "sealed"
