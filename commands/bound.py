"""Whether a press comes from the card that it speaks of: its place is looked up, and what it carries is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.surface import CardPlace
from commands.seals import Seals, opened_button


class Bound(StrEnum):
    """OWN: it may be done. ELSEWHERE: pressed on something that is not the proposal's card, or not by the one person
    who is shown it. OUTDATED: what the button carries was not made by us, or not for this person, or by an earlier
    version."""

    OWN = "own"
    ELSEWHERE = "elsewhere"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button as Slack says it was pressed (`at`: when, as Slack names it): nothing of it is believed before `bound`
    was asked."""

    user: str
    team: str
    channel: str
    ts: str
    thread_ts: str
    for_one: bool
    action: str
    value: str
    at: str = ""

    @property
    def proposal(self) -> str:
        return self.value.split(" ")[0]


def pressed(body: Mapping[str, Any]) -> Pressed:
    """The press that a payload tells of. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    container, action = body.get("container") or {}, body["actions"][0]
    return Pressed(
        user=str(body["user"]["id"]),
        team=str((body.get("team") or {}).get("id") or body["user"].get("team_id") or ""),
        channel=str(container.get("channel_id") or ""),
        ts=str(container.get("message_ts") or ""),
        thread_ts=str(container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""),
        for_one=bool(container.get("is_ephemeral")),
        action=str(action["action_id"]),
        value=str(action.get("value") or ""),
        at=str(action.get("action_ts") or ""),
    )


def bound(press: Pressed, place: CardPlace, seals: Seals) -> tuple[Bound, str]:
    """Whether a press may do what it says, and what its button carries."""
    whose = (press.channel, press.user) if press.for_one else ()
    words, is_sealed = opened_button(press.action, press.value, seals, *whose)
    if press.team != place.team or not place.is_open_to(press.user):
        return Bound.ELSEWHERE, words
    if place.held_for:  # shown to this person alone, wherever they were: the seal names the conversation
        return Bound.OWN if press.for_one and is_sealed else Bound.OUTDATED, words
    if press.channel != place.channel:
        return Bound.ELSEWHERE, words
    if press.for_one:  # Slack keeps no place of what it showed to one person
        return Bound.OWN if is_sealed else Bound.OUTDATED, words
    # Posted, and its place not yet written down: then the thread must be the mail's.
    own = press.ts == place.card_ts if place.card_ts else press.thread_ts == place.thread_ts
    if not own:
        return Bound.ELSEWHERE, words
    # Without more than the proposal's id in it there is nothing to believe: a card of an earlier version may stay.
    believed = is_sealed or (words == press.value and " " not in words)
    return Bound.OWN if believed else Bound.OUTDATED, words
