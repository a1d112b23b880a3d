"""Where a person presses, chooses and types: a message, an ephemeral, a modal or a home tab, and what stands on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.slack.fields import blocks_with_elements, values
from sandbox.slack.workspace import Channel
from sandbox.slack.world import JSON, World

BUTTONS = ("button", "icon_button")


class Impossible(Exception):  # noqa: N818 - a sentence about what the person tried
    """A person cannot do this; the text says why."""


@dataclass(frozen=True)
class Surface:
    """`key` names it among the selections; exactly one of `message` and `view` is there."""

    key: str
    blocks: list[JSON]
    message: JSON | None = None
    view: JSON | None = None
    channel: Channel | None = None

    @property
    def is_ephemeral(self) -> bool:
        return self.message is not None and bool(self.message.get("is_ephemeral"))

    def elements(self) -> Iterator[tuple[JSON, JSON]]:
        return blocks_with_elements(self.blocks)

    def state(self, world: World, user: str) -> JSON:
        return {"values": values(world, user, self.key, self.blocks)}

    def shown_view(self, world: World, user: str) -> JSON:
        """The view as payloads carry it, with what the person set in it."""
        return {**(self.view or {}), "state": self.state(world, user)}


def of_view(view: JSON) -> Surface:
    return Surface(view["id"], view["blocks"], view=view)


def of_message(world: World, message: JSON) -> Surface:
    blocks = [*message.get("blocks", [])]
    for attachment in message.get("attachments", []):
        blocks += attachment.get("blocks", [])
    channel = world.channels[message["channel"]]
    return Surface(f"{channel.id}:{message['ts']}", blocks, message=message, channel=channel)


def view_of(world: World, user: str, view_id: str) -> Surface:
    """A view that this person has open, or their home tab."""
    found = world.find_view(view_id)
    if found is not None and found[0] == user:
        return of_view(found[1])
    home = world.homes.get(user)
    if home is not None and home["id"] == view_id:
        return of_view(home)
    raise Impossible(f"{user} has no view {view_id} open.")


def message_of(world: World, user: str, channel: str, ts: str) -> Surface:
    """A message in a channel, or an ephemeral that this person sees."""
    place = world.channel(channel)
    if place is None:
        raise Impossible(f"There is no channel {channel}.")
    message = world.message(place.id, ts)
    if message is not None:
        return of_message(world, message)
    ephemeral = world.ephemeral(place.id, ts)
    if ephemeral is not None and ephemeral["user"] == user:
        return of_message(world, ephemeral)
    raise Impossible(f"{user} sees no message {ts} in {place.id}.")


def everything_seen_by(world: World, user: str) -> Iterator[Surface]:
    """All that a person could act in: the top view first, then the home tab, then what was posted, newest first."""
    for view in reversed(world.stacks.get(user, [])):
        yield of_view(view)
    if user in world.homes:
        yield of_view(world.homes[user])
    mine = [one for one in world.ephemerals if one["user"] == user]
    theirs = [one for one in world.messages if world.channels[one["channel"]].has(user)]
    for message in sorted([*mine, *theirs], key=lambda one: str(one["ts"]), reverse=True):
        yield of_message(world, message)


def button(surface: Surface, action_id: str | None, text: str | None, value: str | None, block_id: str | None) -> JSON:
    """The one button that fits, with its `block_id`. Raises Impossible where none does, or several do."""
    fitting = [
        {**element, "block_id": block["block_id"]}
        for block, element in surface.elements()
        if element["type"] in BUTTONS
        and action_id in (None, element["action_id"])
        and text in (None, element["text"]["text"])
        and value in (None, element.get("value"))
        and block_id in (None, block["block_id"])
    ]
    wanted = action_id or text or value
    if not fitting:
        there = ", ".join(f"“{e['text']['text']}”" for _, e in surface.elements() if e["type"] in BUTTONS)
        raise Impossible(f"There is no button {wanted!r} here; there is {there or 'none at all'}.")
    if len(fitting) > 1:
        raise Impossible(f"Several buttons {wanted!r} are here; say which by value or block_id.")
    return fitting[0]


def element(
    surface: Surface, action_id: str, block_id: str | None, fits: Callable[[JSON], bool]
) -> tuple[JSON, JSON] | None:
    """The block and the element with this action id, if it is there."""
    for block, one in surface.elements():
        if one["action_id"] == action_id and block_id in (None, block["block_id"]) and fits(one):
            return block, one
    return None
