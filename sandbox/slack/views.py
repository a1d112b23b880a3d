"""Views: the modals that a person has open, one on top of the other, and their home tab.

Rules: docs.slack.dev/surfaces/modals and the methods views.open, views.push, views.update, views.publish.
"""

from __future__ import annotations

import secrets
import time

from sandbox.slack.blockkit import check_view, too_large
from sandbox.slack.errors import SlackError, refuse_if
from sandbox.slack.fields import kept_selections
from sandbox.slack.messages import completed, completed_blocks
from sandbox.slack.workspace import APP_ID, BOT_ID
from sandbox.slack.world import JSON, World

MOST_VIEWS = 3


class Views:
    def __init__(self, world: World) -> None:
        self._world = world

    def stack(self, user: str) -> list[JSON]:
        return self._world.stacks.get(user, [])

    def open(self, user: str, view: JSON) -> JSON:
        """Open a modal; what was open before goes away, for a person has one stack per app."""
        opened = self._made(view, "modal")
        self._refuse_known_external_id(opened, None)
        self.clear(user)
        opened["root_view_id"] = opened["id"]
        self._world.stacks[user] = [opened]
        self._world.bump()
        return opened

    def push(self, user: str, view: JSON) -> JSON:
        """Put a modal on top of the open one."""
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_VIEWS:
            raise SlackError("push_limit_reached")
        pushed = self._made(view, "modal")
        self._refuse_known_external_id(pushed, None)
        pushed["root_view_id"] = stack[0]["root_view_id"]
        pushed["previous_view_id"] = stack[-1]["id"]
        stack.append(pushed)
        self._world.bump()
        return pushed

    def update(self, old: JSON, view: JSON, expected_hash: str | None = None) -> JSON:
        """Replace the content of an open modal. `expected_hash`, if given, must be the one it has now."""
        if expected_hash is not None and expected_hash != old["hash"]:
            raise SlackError("hash_conflict")
        new = self._made(view, "modal")
        self._refuse_known_external_id(new, old)
        for key in ("id", "root_view_id", "previous_view_id"):
            new[key] = old[key]
        old.clear()
        old.update(new)
        found = self._world.find_view(old["id"])
        if found is not None:
            kept_selections(self._world, found[0], old["id"], old["blocks"])
        self._world.bump()
        return old

    def publish(self, user: str, view: JSON, expected_hash: str | None = None) -> JSON:
        """Show a home tab."""
        old = self._world.homes.get(user)
        if expected_hash is not None and (old is None or old["hash"] != expected_hash):
            raise SlackError("hash_conflict")
        home = self._made(view, "home")
        home["root_view_id"] = home["id"]
        if old is not None:
            home["id"] = home["root_view_id"] = old["id"]
        self._world.homes[user] = home
        self._world.bump()
        return home

    def close(self, user: str, view: JSON) -> None:
        """Close a view; those on top of it go too."""
        stack = self.stack(user)
        index = next(i for i, one in enumerate(stack) if one["id"] == view["id"])
        for gone in stack[index:]:
            self._world.selections.pop((user, gone["id"]), None)
        del stack[index:]
        if not stack:
            self._world.stacks.pop(user, None)
        self._world.bump()

    def clear(self, user: str) -> None:
        if self.stack(user):
            self.close(user, self.stack(user)[0])

    def _made(self, asked: JSON, surface: str) -> JSON:
        if too_large(asked):
            raise SlackError("view_too_large")
        refuse_if(check_view(asked, surface), "invalid_arguments", "/view")
        self._world.record_posted(surface, asked)
        content = {key: completed(value) for key, value in asked.items() if key != "blocks"}
        return {
            "id": self._world.new_id("V"),
            "team_id": self._world.team.id,
            "title": None,
            "submit": None,
            "close": None,
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            **content,
            "blocks": completed_blocks(asked["blocks"]),
            "state": {"values": {}},
            "hash": f"{int(time.time())}.{secrets.token_urlsafe(6)}",
            "root_view_id": None,
            "previous_view_id": None,
            "app_id": APP_ID,
            "app_installed_team_id": self._world.team.id,
            "bot_id": BOT_ID,
        }

    def _refuse_known_external_id(self, view: JSON, besides: JSON | None) -> None:
        other = self._world.find_view(external_id=view["external_id"]) if view["external_id"] else None
        if other is not None and other[1] is not besides:
            raise SlackError("duplicate_external_id")
