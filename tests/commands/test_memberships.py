"""Who is in a conversation: page by page, asked once, and nobody where Slack does not say."""

from __future__ import annotations

from typing import Any

from slack_sdk import WebClient

from commands.memberships import Memberships


class Slack(WebClient):
    """Conversations whose members come two at a time."""

    def __init__(self, **channels: list[str]) -> None:
        super().__init__()
        self.channels, self.asked, self.away = channels, 0, False

    def conversations_members(
        self, *, channel: str, cursor: str | None = None, limit: int | None = None, **_: Any
    ) -> Any:
        self.asked += 1
        if self.away:
            raise TimeoutError
        start = int(cursor or 0)
        members = self.channels[channel]
        following = str(start + 2) if len(members) > start + 2 else ""
        return {"members": members[start : start + 2], "response_metadata": {"next_cursor": following}}


def test_all_pages_count_and_are_asked_for_once() -> None:
    slack = Slack(C1=["U1", "U2", "U3", "U4", "U5"], C2=["U1"])
    memberships = Memberships(slack)
    assert memberships.of("U5", ["C1", "C2"]) == ["C1"]
    assert memberships.of("U1", ["C1", "C2"]) == ["C1", "C2"]
    assert not memberships.is_in("C2", "U9")
    assert slack.asked == 4


def test_where_slack_does_not_say_nobody_is_in_and_it_is_asked_again() -> None:
    slack = Slack(C1=["U1"])
    slack.away = True
    memberships = Memberships(slack)
    assert memberships.of("U1", ["C1"]) == []
    slack.away = False
    assert memberships.of("U1", ["C1"]) == ["C1"]
