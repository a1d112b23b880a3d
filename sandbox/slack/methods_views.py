"""The Web API's `views.*`."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.slack.errors import SlackError
from sandbox.slack.files import Files
from sandbox.slack.triggers import Trigger, Triggers
from sandbox.slack.views import Views
from sandbox.slack.webapi import Method
from sandbox.slack.workspace import BOT_USER
from sandbox.slack.world import JSON, World

_TRIGGERED = {"trigger_id": "str", "interactivity_pointer": "str"}


class ViewMethods:
    def __init__(self, world: World, triggers: Triggers, views: Views, files: Files) -> None:
        self._world = world
        self._files = files
        self._triggers = triggers
        self._views = views

    def methods(self) -> Mapping[str, Method]:
        view = {"view": "json"}
        return {
            "views.open": Method(self.open, view, _TRIGGERED),
            "views.push": Method(self.push, view, _TRIGGERED),
            "views.update": Method(self.update, view, {"view_id": "str", "external_id": "str", "hash": "str"}),
            "views.publish": Method(self.publish, {"user_id": "str", **view}, {"hash": "str"}),
        }

    def open(self, asked: JSON) -> JSON:
        return {"view": self._views.open(self._trigger(asked).user, asked["view"])}

    def push(self, asked: JSON) -> JSON:
        trigger = self._trigger(asked)
        if not trigger.in_modal:
            raise SlackError("invalid_trigger_id", ["[ERROR] a view is pushed from within a modal"])
        return {"view": self._views.push(trigger.user, asked["view"])}

    def update(self, asked: JSON) -> JSON:
        if ("view_id" in asked) == ("external_id" in asked):
            raise SlackError("invalid_arguments", ["[ERROR] either view_id or external_id is required"])
        found = self._world.find_view(asked.get("view_id"), asked.get("external_id"))
        if found is None:
            raise SlackError("not_found")
        return {"view": self._views.update(found[1], asked["view"], asked.get("hash"))}

    def publish(self, asked: JSON) -> JSON:
        person = self._world.people.get(asked["user_id"])
        if person is None or person.id == BOT_USER:
            raise SlackError("invalid_arguments", ["[ERROR] no such user [json-pointer:/user_id]"])
        self._check_pictures(asked["view"])
        return {"view": self._views.publish(person.id, asked["view"], asked.get("hash"))}

    def _check_pictures(self, view: JSON) -> None:
        """A picture by the id of a file must be there, and complete."""
        blocks = view.get("blocks")
        for place, block in enumerate(blocks if isinstance(blocks, list) else ()):
            file = block.get("slack_file") if isinstance(block, dict) else None
            if isinstance(file, dict) and "id" in file and not self._files.is_picture(str(file["id"])):
                raise SlackError("invalid_blocks", [f"[ERROR] invalid slack file [json-pointer:/view/blocks/{place}]"])

    def _trigger(self, asked: JSON) -> Trigger:
        trigger_id = asked.get("trigger_id") or asked.get("interactivity_pointer")
        if not trigger_id:
            raise SlackError("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
        return self._triggers.exchange(trigger_id)
