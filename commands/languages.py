"""In which language people are spoken to: in a channel all read the same words, a person alone may have their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.language import Words, words


class Languages:
    """The words for what is said. Whoever says something asks here, and hands the words on to what builds it."""

    def of_channel(self, _team: str, _channel: str) -> Words:
        """For what all of a channel see: cards, and notices in a thread."""
        return words()

    def of_person(self, _team: str, _user: str) -> Words:
        """For what one person sees: a window, an answer to a press, a conversation with the bot alone."""
        return words()

    def of_payload(self, body: Mapping[str, Any]) -> Words:
        """For who caused a payload of Slack's, whatever kind it is."""
        return self.of_person(*sender(body))


def sender(body: Mapping[str, Any]) -> tuple[str, str]:
    """The team and the person that a payload comes from; empty where it names none. A command has both at the top,
    a press or a shortcut has objects, an event has its person inside."""
    event = body.get("event") or {}
    team, user = body.get("team"), body.get("user")
    return (
        str(body.get("team_id") or (team.get("id") if isinstance(team, Mapping) else team) or ""),
        str(body.get("user_id") or (user.get("id") if isinstance(user, Mapping) else user) or event.get("user") or ""),
    )
