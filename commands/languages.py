"""In which language people are spoken to: in a channel all read the same words, a person alone may have their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.language import ENGLISH, Words, closest, words
from bot.surface import ProposalView
from commands.people import People


class Languages:
    """The words for what is said. Whoever says something asks here, and hands the words on to what builds it.

    `own` is the workspace's language, `of_channel` tells a channel's. Without `people` everybody is spoken to in `own`.
    """

    def __init__(
        self, own: str = ENGLISH, people: People | None = None, of_channel: Callable[[str], str] | None = None
    ) -> None:
        self._own = own
        self._people = people
        self._of_channel = of_channel or (lambda _: own)

    def of_channel(self, _team: str, channel: str) -> Words:
        """For what all of a channel see: notices in a thread."""
        return words(self._of_channel(channel))

    def of_card(self, view: ProposalView) -> Words:
        """For a card: the channel's, and in a conversation with the bot alone that of the one person in it."""
        if is_with_one_person(view.channel) and view.forwarded_by:
            return self.of_person(view.team, view.forwarded_by)
        return self.of_channel(view.team, view.channel)

    def of_person(self, _team: str, user: str) -> Words:
        """For what one person sees: a window, an answer to a press, a conversation with the bot alone. As they have
        set Slack, where that is known and there are words for it."""
        person = self._people.find(user) if self._people and user else None
        return words(closest(str((person or {}).get("locale") or "")) or self._own)

    def of_payload(self, body: Mapping[str, Any]) -> Words:
        """For who caused a payload of Slack's, whatever kind it is."""
        return self.of_person(*sender(body))


def is_with_one_person(channel: str) -> bool:
    """Whether a conversation is one of the bot and one person: their ids begin with D."""
    return channel.startswith("D")


def sender(body: Mapping[str, Any]) -> tuple[str, str]:
    """The team and the person that a payload comes from; empty where it names none. A command has both at the top,
    a press or a shortcut has objects, an event has its person inside."""
    event = body.get("event") or {}
    team, user = body.get("team"), body.get("user")
    return (
        str(body.get("team_id") or (team.get("id") if isinstance(team, Mapping) else team) or ""),
        str(body.get("user_id") or (user.get("id") if isinstance(user, Mapping) else user) or event.get("user") or ""),
    )
