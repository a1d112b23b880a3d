"""What Slack would refuse in a message's blocks, in a view, or in the options offered for a select."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.slack.blocks import BLOCKS, ON_SURFACE
from sandbox.slack.checks import Check, Problem, Problems, array, boolean, shape, string, tagged, typed
from sandbox.slack.elements import OPTION, OPTION_GROUP, plain

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MARKDOWN_CHARACTERS = 12_000
VIEW_BYTES = 250_000

_BLOCKS_ON = {
    surface: array(tagged({name: BLOCKS[name] for name in names}), 0, MOST_BLOCKS[surface])
    for surface, names in ON_SURFACE.items()
}
_VIEW: dict[str, Check] = {
    "callback_id": string(255, minimum=0),
    "private_metadata": string(3000, minimum=0),
    "external_id": string(255, minimum=0),
}
_VIEWS = {
    "modal": typed(
        "modal",
        {"title": plain(24), "blocks": _BLOCKS_ON["modal"]},
        {**_VIEW, "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean},
    ),
    "home": typed("home", {"blocks": _BLOCKS_ON["home"]}, _VIEW),
}
_OPTIONS = {
    "options": shape({"options": array(OPTION, 0, 100)}, {}),
    "option_groups": shape({"option_groups": array(OPTION_GROUP, 0, 100)}, {}),
}


def check_blocks(blocks: Any, surface: str = "message", at: str = "") -> list[Problem]:
    """What is wrong with these blocks on a surface: `message`, `modal` or `home`."""
    found = list(_BLOCKS_ON[surface](blocks, at))
    return found or [*_unique_ids(blocks, at), *_totals(blocks, surface, at)]


def check_view(view: Any, surface: str) -> list[Problem]:
    """What is wrong with this view, which is to be a `modal` or a `home`."""
    if not isinstance(view, dict):
        return [Problem("invalid_type", "must provide an object", "")]
    if view.get("type") != surface:
        return [Problem("unsupported_type", f"unsupported type: {view.get('type')}", "/type", "type", [surface])]
    found = list(_VIEWS[surface](view, ""))
    if found:
        return found
    blocks = view["blocks"]
    found = [*_unique_ids(blocks, "/blocks"), *_totals(blocks, surface, "/blocks")]
    if surface == "modal" and "submit" not in view and any(one["type"] == "input" for one in blocks):
        found.append(
            Problem("missing_field", "missing required field: submit (a view with input blocks needs it)", "", "submit")
        )
    return found


def too_large(view: Any) -> bool:
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES


def check_options(answer: Any) -> list[Problem]:
    """What is wrong with the acknowledgement of a `block_suggestion`."""
    present = [name for name in _OPTIONS if isinstance(answer, dict) and name in answer]
    if len(present) != 1:
        return [Problem("conflicting_fields", "exactly one of options, option_groups is required", "")]
    return list(_OPTIONS[present[0]](answer, ""))


def elements_of(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The interactive elements of a block, those of the blocks within it included."""
    for one in block.get("child_blocks", []):
        yield from elements_of(one)
    if block["type"] == "input":
        yield block["element"]
    elif block["type"] == "section" and "accessory" in block:
        yield block["accessory"]
    elif block["type"] in ("actions", "context_actions"):
        yield from block["elements"]
    elif block["type"] == "card":
        yield from block.get("actions", [])
    elif block["type"] == "carousel":
        for card in block["elements"]:
            yield from elements_of(card)


def _with_children(blocks: list[dict[str, Any]], at: str) -> Iterator[tuple[dict[str, Any], str]]:
    for index, block in enumerate(blocks):
        yield block, f"{at}/{index}"
        yield from _with_children(block.get("child_blocks", []), f"{at}/{index}/child_blocks")


def _unique_ids(blocks: list[dict[str, Any]], at: str) -> Problems:
    block_ids: set[str] = set()
    for block, where in _with_children(blocks, at):
        block_id = block.get("block_id")
        if block_id in block_ids:
            yield Problem("duplicate_id", "block_id already exists", f"{where}/block_id", "block_id", block_id)
        if block_id is not None:
            block_ids.add(block_id)
        if block["type"] == "container":
            continue  # its children are looked at one by one
        action_ids: set[str] = set()
        for element in elements_of(block):
            action_id = element.get("action_id")
            if action_id in action_ids:
                message = f"action_id {action_id} already exists in this block"
                yield Problem("duplicate_id", message, where, "action_id", action_id)
            if action_id is not None:
                action_ids.add(action_id)


def _totals(blocks: list[dict[str, Any]], surface: str, at: str) -> Problems:
    everything = [block for block, _ in _with_children(blocks, at)]
    if sum(len(one["text"]) for one in everything if one["type"] == "markdown") > MARKDOWN_CHARACTERS:
        yield Problem("too_long", f"markdown must be less than {MARKDOWN_CHARACTERS + 1} characters in all", at)
    if sum(one["type"] == "table" for one in everything) > 1:
        yield Problem("too_many_items", "only one table allowed", at, constraint=1)
    focused = sum(bool(e.get("focus_on_load")) for one in blocks for e in elements_of(one))
    if focused > 1:
        yield Problem("too_many_items", "only one element can have focus_on_load", at, "focus_on_load", 1)
    if surface != "modal":
        for block, where in _with_children(blocks, at):
            if block["type"] == "input" and block["element"]["type"] == "file_input":
                yield Problem("unsupported_type", "unsupported type: file_input", f"{where}/element/type", "type")
