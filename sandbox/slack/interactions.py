"""What a person does with the app: presses, choices, shortcuts, commands, searches in selects.

Payloads: docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack import fields, workspace
from sandbox.slack.blockkit import check_options
from sandbox.slack.delivery import Ack, Delivery
from sandbox.slack.elements import every_option
from sandbox.slack.errors import SlackError
from sandbox.slack.manifest import Command, Manifest
from sandbox.slack.messages import completed
from sandbox.slack.responses import ResponseUrls
from sandbox.slack.surfaces import Impossible, Surface
from sandbox.slack.triggers import Triggers
from sandbox.slack.workspace import APP_ID, VERIFICATION_TOKEN, Channel
from sandbox.slack.world import JSON, World

SHORTEST_QUERY = 3


@dataclass(frozen=True)
class Actor:
    """Who acts. `team_id` forges the workspace that the payload names, `forged` anything else in it: what somebody
    could send who writes their own payload."""

    user: str
    team_id: str
    forged: JSON = field(default_factory=dict)


@dataclass
class Outcome:
    """How the bot took it. `wrong` is what was wrong with its acknowledgement; `more` goes to the caller."""

    ack: Ack
    trigger_id: str | None = None
    wrong: str = ""
    more: JSON = field(default_factory=dict)


class Interactions:
    def __init__(
        self, world: World, manifest: Manifest, delivery: Delivery, triggers: Triggers, responses: ResponseUrls
    ) -> None:
        self._world = world
        self._manifest = manifest
        self._delivery = delivery
        self._triggers = triggers
        self._responses = responses

    async def press(self, actor: Actor, surface: Surface, button: JSON) -> Outcome:
        """Press a button (with its `block_id`); one with a confirmation is pressed as confirmed."""
        kept = ("type", "action_id", "block_id", "text", "value", "style", "url", "icon")
        return await self._act(actor, surface, {key: button[key] for key in kept if key in button})

    async def choose(
        self, actor: Actor, surface: Surface, block: JSON, element: JSON, wanted: list[Any]
    ) -> Outcome | None:
        """Set what is chosen in an element; None where Slack would not tell the bot before the form is submitted."""
        suggested = self._world.suggested.get((actor.user, surface.key, element["action_id"]), [])
        value = fields.chosen_value(element, wanted, suggested)
        if element["type"] != fields.OVERFLOW:
            fields.remember(self._world, actor.user, surface.key, block, element, value)
        if not fields.dispatches(block):
            return None
        action = {**value, "action_id": element["action_id"], "block_id": block["block_id"]}
        if "placeholder" in element:
            action["placeholder"] = element["placeholder"]
        return await self._act(actor, surface, action)

    async def suggest(self, actor: Actor, surface: Surface, block: JSON, element: JSON, query: str) -> Outcome:
        """Type into an external select: what does the bot offer?"""
        shortest = element.get("min_query_length", SHORTEST_QUERY)
        if len(query) < shortest:
            raise Impossible(f"Type at least {shortest} characters to search here.")
        payload = {
            **self.common(actor, "block_suggestion"),
            **self._place(actor, surface),
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": query,
        }
        ack = await self._delivery.interact("interactive", forged(payload, actor.forged))
        if not ack.ok:
            return Outcome(ack)
        problems = check_options(ack.body)
        if problems or ack.body is None:
            wrong = "; ".join(one.sentence() for one in problems)
            self._world.violation("invalid_ack", f"options of {element['action_id']}: {wrong}")
            return Outcome(ack, wrong=wrong)
        self._world.record_posted("options", ack.body)
        offered: JSON = completed(ack.body)
        # What an earlier search offered may have been chosen and must still count when the next one is made.
        known = self._world.suggested.setdefault((actor.user, surface.key, element["action_id"]), [])
        values = {option["value"] for option in known}
        known += [option for option in every_option(offered) if option["value"] not in values]
        return Outcome(ack, more={"options": every_option(offered), **offered})

    async def shortcut(self, actor: Actor, message: JSON, callback_id: str) -> Outcome:
        """A message shortcut; it works in every channel that the person sees, the bot's membership does not matter."""
        if callback_id not in self._manifest.shortcuts:
            raise Impossible(f"The app's manifest has no message shortcut {callback_id!r}.")
        channel = self._world.channels[message["channel"]]
        trigger_id = self._triggers.new(actor.user)
        payload = {
            **self.common(actor, "message_action"),
            "action_ts": _now(),
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "callback_id": callback_id,
            "trigger_id": trigger_id,
            "message_ts": message["ts"],
            "message": {key: value for key, value in message.items() if key != "channel"},
            "response_url": self._responses.new("app", channel, actor.user),
        }
        return Outcome(await self._delivery.interact("interactive", forged(payload, actor.forged)), trigger_id)

    async def command(self, actor: Actor, channel: Channel, name: str | None, text: str) -> Outcome:
        """A slash command; what comes along with its acknowledgement is shown."""
        command = self._command(name)
        trigger_id = self._triggers.new(actor.user)
        person = self._world.people[actor.user]
        payload = {
            "token": VERIFICATION_TOKEN,
            "team_id": actor.team_id,
            "team_domain": _domain(actor.team_id),
            "channel_id": channel.id,
            "channel_name": _channel_name(channel),
            "user_id": actor.user,
            "user_name": person.name,
            "command": command.name,
            "text": self._escaped(text) if command.should_escape else text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self._responses.new("commands", channel, actor.user),
            "trigger_id": trigger_id,
        }
        ack = await self._delivery.interact("slash_commands", forged(payload, actor.forged))
        outcome = Outcome(ack, trigger_id)
        if outcome.ack.ok and outcome.ack.body:
            try:
                self._responses.answer(channel, actor.user, outcome.ack.body)
            except SlackError as error:
                outcome.wrong = error.detail
                self._world.violation("invalid_ack", f"{command.name}: {error.detail}")
        return outcome

    def common(self, actor: Actor, kind: str) -> JSON:
        """What every interaction payload carries."""
        person = self._world.people[actor.user]
        return {
            "type": kind,
            "token": VERIFICATION_TOKEN,
            "team": {"id": actor.team_id, "domain": _domain(actor.team_id)},
            "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id},
            "api_app_id": APP_ID,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    async def _act(self, actor: Actor, surface: Surface, action: JSON) -> Outcome:
        trigger_id = self._triggers.new(
            actor.user, in_modal=surface.view is not None and surface.view["type"] == "modal"
        )
        payload = {
            **self.common(actor, "block_actions"),
            **self._place(actor, surface),
            "trigger_id": trigger_id,
            "actions": [{**action, "action_ts": _now()}],
        }
        if surface.message is not None and surface.channel is not None:
            payload["response_url"] = self._responses.new("actions", surface.channel, actor.user, surface.message["ts"])
        return Outcome(await self._delivery.interact("interactive", forged(payload, actor.forged)), trigger_id)

    def _place(self, actor: Actor, surface: Surface) -> JSON:
        if surface.view is not None:
            return {
                "container": {"type": "view", "view_id": surface.view["id"]},
                "view": surface.shown_view(self._world, actor.user),
            }
        if surface.message is None or surface.channel is None:
            raise Impossible("There is nothing here to act on.")
        container = {
            "type": "message",
            "message_ts": surface.message["ts"],
            "channel_id": surface.channel.id,
            "is_ephemeral": surface.is_ephemeral,
        }
        if surface.message.get("thread_ts"):
            container["thread_ts"] = surface.message["thread_ts"]
        place: JSON = {
            "container": container,
            "channel": {"id": surface.channel.id, "name": _channel_name(surface.channel)},
            "state": surface.state(self._world, actor.user),
        }
        if not surface.is_ephemeral:  # Slack leaves an ephemeral's content out
            place["message"] = {key: value for key, value in surface.message.items() if key != "channel"}
        return place

    def _command(self, name: str | None) -> Command:
        for one in self._manifest.commands:
            if name in (None, one.name):
                return one
        raise Impossible(f"The app's manifest has no slash command {name or ''}.")

    def _escaped(self, text: str) -> str:
        """`@anna` and `#sales` as Slack writes them for a command with `should_escape`."""
        ids = {f"@{one.name}": f"<@{one.id}|{one.name}>" for one in self._world.people.values()}
        ids |= {f"#{one.name}": f"<#{one.id}|{one.name}>" for one in self._world.channels.values() if one.name}
        return re.sub(r"(?<!\S)[@#][\w.-]+", lambda found: ids.get(found[0], found[0]), text)


def forged(payload: Any, changes: Any) -> Any:
    """A payload with parts replaced: objects key by key, lists item by item, everything else as a whole."""
    if isinstance(payload, dict) and isinstance(changes, dict):
        return {**payload, **{key: forged(payload.get(key), one) for key, one in changes.items()}}
    if isinstance(payload, list) and isinstance(changes, list):
        beside = [forged(old, new) for old, new in zip(payload, changes, strict=False)]
        return [*beside, *payload[len(changes) :], *changes[len(payload) :]]
    return changes


def _now() -> str:
    return f"{time.time():.6f}"


def _domain(team_id: str) -> str:
    return next((one.domain for one in workspace.TEAMS if one.id == team_id), workspace.OTHER.domain)


def _channel_name(channel: Channel) -> str:
    return {"im": "directmessage", "mpim": "mpdm", "group": "privategroup"}.get(channel.kind, channel.name)
