"""Submitting and closing modals, and what the bot's acknowledgement makes of them.

Source: docs.slack.dev/surfaces/modals and docs.slack.dev/reference/interaction-payloads/view-interactions-payload.
"""

from __future__ import annotations

from sandbox.slack import fields, surfaces
from sandbox.slack.blockkit import elements_of
from sandbox.slack.delivery import Ack, Delivery
from sandbox.slack.errors import SlackError
from sandbox.slack.interactions import Actor, Interactions, Outcome, forged
from sandbox.slack.responses import ResponseUrls
from sandbox.slack.surfaces import Impossible, Surface
from sandbox.slack.triggers import Triggers
from sandbox.slack.views import Views
from sandbox.slack.world import JSON, World

ANSWERS = {"errors": "errors", "update": "view", "push": "view", "clear": None}


class Submissions:
    def __init__(
        self,
        world: World,
        delivery: Delivery,
        triggers: Triggers,
        responses: ResponseUrls,
        views: Views,
        interactions: Interactions,
    ) -> None:
        self._world = world
        self._delivery = delivery
        self._triggers = triggers
        self._responses = responses
        self._views = views
        self._interactions = interactions

    async def submit(self, actor: Actor, surface: Surface, given: JSON) -> Outcome:
        """Fill in `given` ({block_id: {action_id: value}}) over what is there already, and submit."""
        view = surface.view
        if view is None or view["type"] != "modal":
            raise Impossible("Only a modal can be submitted.")
        if not view["submit"]:
            raise Impossible("This view has no submit button.")
        self._fill_in(actor.user, surface, given)
        self._refuse_incomplete(actor.user, surface)
        trigger_id = self._triggers.new(actor.user, in_modal=True)
        payload = {
            **self._interactions.common(actor, "view_submission"),
            "trigger_id": trigger_id,
            "view": surface.shown_view(self._world, actor.user),
            "response_urls": self._response_urls(actor.user, surface),
        }
        outcome = Outcome(await self._delivery.interact("interactive", forged(payload, actor.forged)), trigger_id)
        if outcome.ack.ok:
            try:
                outcome.more = self._take(actor.user, view, outcome.ack)
            except SlackError as error:
                outcome.wrong = error.detail
                self._world.violation("invalid_ack", f"view_submission: {error.detail}")
        return outcome

    async def close(self, actor: Actor, surface: Surface) -> Outcome | None:
        """Close a modal with its ×; the bot is told where the view asks for it, else None."""
        view = surface.view
        if view is None or view["type"] != "modal":
            raise Impossible("Only a modal can be closed.")
        shown = surface.shown_view(self._world, actor.user)
        if view["clear_on_close"]:
            self._views.clear(actor.user)
        else:
            self._views.close(actor.user, view)
        if not view["notify_on_close"]:
            return None
        payload = {
            **self._interactions.common(actor, "view_closed"),
            "view": shown,
            "is_cleared": view["clear_on_close"],
        }
        return Outcome(await self._delivery.interact("interactive", payload))

    def _fill_in(self, user: str, surface: Surface, given: JSON) -> None:
        there = {(b["block_id"], e["action_id"]): (b, e) for b, e in surface.elements()}
        for block_id, actions in given.items():
            if not isinstance(actions, dict):
                raise Impossible(f"values: under {block_id!r} an object with action ids is expected.")
            for action_id, value in actions.items():
                if (block_id, action_id) not in there:
                    known = ", ".join(f"{b}/{a}" for b, a in there)
                    raise Impossible(f"This view has no {block_id}/{action_id}; it has {known or 'no inputs'}.")
                block, element = there[block_id, action_id]
                suggested = self._world.suggested.get((user, surface.key, action_id), [])
                state = fields.given_value(element, value, suggested)
                fields.remember(self._world, user, surface.key, block, element, state)

    def _refuse_incomplete(self, user: str, surface: Surface) -> None:
        values = surface.state(self._world, user)["values"]
        for block in surface.blocks:
            if block["type"] == "input":
                element = next(elements_of(block))
                reason = fields.missing(block, element, values[block["block_id"]][element["action_id"]])
                if reason:
                    raise Impossible(reason)

    def _response_urls(self, user: str, surface: Surface) -> list[JSON]:
        found = []
        values = surface.state(self._world, user)["values"]
        for block, element in surface.elements():
            if not element.get("response_url_enabled"):
                continue
            state = values[block["block_id"]][element["action_id"]]
            channel_id = state.get("selected_conversation") or state.get("selected_channel")
            channel = self._world.channel(channel_id) if channel_id else None
            if channel is not None:
                found.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel.id,
                        "response_url": self._responses.new("app", channel, user),
                    }
                )
        return found

    def _take(self, user: str, view: JSON, ack: Ack) -> JSON:
        """Do what the acknowledgement says; the errors that the person is shown, if there are any."""
        body = ack.body
        still_open = any(one is view for one in self._views.stack(user))
        if not still_open:
            return {}  # the bot opened something else in its place while it was thinking
        if not body:
            self._views.close(user, view)
            return {}
        action = body.get("response_action")
        if not isinstance(action, str) or action not in ANSWERS:
            raise SlackError("invalid_arguments", [f"[ERROR] unknown response_action: {action}"])
        needed = ANSWERS[action]
        extra = set(body) - {"response_action", needed}
        if extra or (needed is not None and not isinstance(body.get(needed), dict)):
            raise SlackError(
                "invalid_arguments", [f"[ERROR] response_action {action} takes {needed or 'nothing'} only"]
            )
        if action == "errors":
            _refuse_unknown_inputs(view, body["errors"])
            return {"errors": body["errors"]}
        if action == "clear":
            self._views.clear(user)
        elif action == "update":
            self._views.update(view, body["view"])
        else:
            self._views.push(user, body["view"])
        return {}


def _refuse_unknown_inputs(view: JSON, errors: JSON) -> None:
    inputs = {block["block_id"] for block in surfaces.of_view(view).blocks if block["type"] == "input"}
    if not errors:
        raise SlackError("invalid_arguments", ["[ERROR] errors must name at least one input block"])
    for block_id, text in errors.items():
        if block_id not in inputs:
            raise SlackError("invalid_arguments", [f"[ERROR] errors: {block_id} is no input block of this view"])
        if not isinstance(text, str) or not text:
            raise SlackError("invalid_arguments", [f"[ERROR] errors: the text of {block_id} must be a string"])
