"""What a person has chosen and typed in a message or a view: Slack's `state.values`.

Shapes: docs.slack.dev/reference/interaction-payloads/block_actions-payload.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.slack.blockkit import elements_of
from sandbox.slack.elements import every_option
from sandbox.slack.world import JSON, World

# Type of element → the key of its value, and the key of its initial value.
_PLAIN_VALUES = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "file_input": ("files", ""),
}
OVERFLOW = "overflow"


class CannotChoose(ValueError):  # noqa: N818 - a sentence about what the person tried
    """The person cannot set this; the text says why."""


def blocks_with_elements(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Each interactive element with the block that holds it."""
    for block in blocks:
        if block["type"] == "container":
            yield from blocks_with_elements(block["child_blocks"])
        else:
            for element in elements_of(block):
                if "action_id" in element:
                    yield block, element


def dispatches(block: JSON) -> bool:
    """Whether a change of the block's element is told to the bot at once."""
    return block["type"] != "input" or bool(block.get("dispatch_action"))


def values(world: World, user: str, where: str, blocks: list[JSON]) -> JSON:
    """`state.values` of a message or view for a person: what they set, else what is set initially."""
    chosen = world.selections.get((user, where), {})
    found: JSON = {}
    for block, element in blocks_with_elements(blocks):
        if element["type"] in _PLAIN_VALUES:
            block_id, action_id = block["block_id"], element["action_id"]
            value = chosen.get(block_id, {}).get(action_id) or _initial(element)
            found.setdefault(block_id, {})[action_id] = value
    return found


def remember(world: World, user: str, where: str, block: JSON, element: JSON, value: JSON) -> None:
    chosen = world.selections.setdefault((user, where), {})
    chosen.setdefault(block["block_id"], {})[element["action_id"]] = value
    world.bump()


def kept_selections(world: World, user: str, where: str, blocks: list[JSON]) -> None:
    """After an update: what was chosen stays where block_id and action_id are still there, as in Slack."""
    still = {(block["block_id"], element["action_id"]) for block, element in blocks_with_elements(blocks)}
    chosen = world.selections.get((user, where), {})
    world.selections[(user, where)] = {
        block_id: {action_id: one for action_id, one in actions.items() if (block_id, action_id) in still}
        for block_id, actions in chosen.items()
    }


def chosen_value(element: JSON, wanted: list[Any], suggested: list[JSON]) -> JSON:
    """The state of an element after a person chose `wanted`: option values, or what it takes plainly (a date, a user).

    `suggested` are the options that the bot offered for an external select. Raises CannotChoose.
    """
    kind = element["type"]
    if kind == OVERFLOW:
        return {"type": kind, "selected_option": _option(element["options"], wanted[0] if wanted else None)}
    if kind not in _PLAIN_VALUES:
        raise CannotChoose(f"A {kind} has nothing to choose.")
    key, initial = _PLAIN_VALUES[kind]
    if key in ("selected_option", "selected_options"):
        offered = [*every_option(element), *suggested]
        if kind.endswith("external_select"):
            offered += [element[initial]] if key == "selected_option" and initial in element else []
            offered += element.get(initial, []) if key == "selected_options" else []
        chosen = [_option(offered, one) for one in wanted]
        most = element.get("max_selected_items")
        if most is not None and len(chosen) > most:
            raise CannotChoose(f"No more than {most} can be chosen.")
        if key == "selected_options":
            return {"type": kind, key: chosen}
        return {"type": kind, key: chosen[0] if chosen else None}
    if key.endswith("s"):
        return {"type": kind, key: wanted}
    return {"type": kind, key: (wanted[0] if wanted else None) or None}  # Slack has no empty texts, only null


def given_value(element: JSON, given: Any, suggested: list[JSON]) -> JSON:
    """The state of an element from a value of a submit call: a whole state object, or the bare value(s)."""
    if isinstance(given, dict) and element["type"] != "rich_text_input":
        key = _PLAIN_VALUES.get(element["type"], ("", ""))[0]
        if key not in given:
            raise CannotChoose(f"The value of a {element['type']} is an object with {key}.")
        bare = given[key]
        return chosen_value(element, _option_values(bare), suggested)
    return chosen_value(element, _option_values(given), suggested)


def missing(block: JSON, element: JSON, value: JSON) -> str | None:
    """Why Slack's own client would not let this input be submitted; None when it would."""
    label = block["label"]["text"]
    content = next((one for key, one in value.items() if key != "type"), None)
    if content in (None, "", []):
        return None if block.get("optional") else f"“{label}” must be filled in."
    if element["type"] == "plain_text_input" and isinstance(content, str):
        if len(content) < element.get("min_length", 0):
            return f"“{label}” needs at least {element['min_length']} characters."
        if len(content) > element.get("max_length", 3000):
            return f"“{label}” takes at most {element.get('max_length', 3000)} characters."
    return None


def _option_values(bare: Any) -> list[Any]:
    items = bare if isinstance(bare, list) else [] if bare is None else [bare]
    return [one["value"] if isinstance(one, dict) and "value" in one and "text" in one else one for one in items]


def _option(offered: list[JSON], value: Any) -> JSON:
    for one in offered:
        if one["value"] == value:
            return one
    raise CannotChoose(f"There is no option {value!r}.")


def _initial(element: JSON) -> JSON:
    key, initial = _PLAIN_VALUES[element["type"]]
    empty: Any = [] if key.endswith("s") else None
    return {"type": element["type"], key: element.get(initial, empty)}
