"""Block Kit's composition objects and interactive elements as a table: keys, types, lengths, counts.

Sources: docs.slack.dev/reference/block-kit (composition objects, block elements) and the types of `@slack/types`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.slack.checks import (
    Check,
    Problem,
    Problems,
    array,
    at_least_one,
    boolean,
    choice,
    exactly_one,
    number,
    shape,
    string,
    tagged,
    typed,
)

IDENTIFIER = string(255)
URL = string(3000, pattern=r"(?i)[a-z][a-z0-9+.-]*:\S+")
ENTITY = string(255)
WORDS = string(1_000_000)


def plain(maximum: int) -> Check:
    """A plain_text object."""
    return typed("plain_text", {"text": string(maximum)}, {"emoji": boolean})


def mrkdwn(maximum: int) -> Check:
    return typed("mrkdwn", {"text": string(maximum)}, {"verbatim": boolean})


def text(maximum: int) -> Check:
    return tagged({"plain_text": plain(maximum), "mrkdwn": mrkdwn(maximum)})


CONFIRM = shape(
    {"text": text(300)},
    {"title": plain(100), "confirm": plain(30), "deny": plain(30), "style": choice("primary", "danger")},
)
SLACK_FILE = shape({}, {"id": IDENTIFIER, "url": URL}, exactly_one("id", "url"))
IMAGE = typed(
    "image",
    {"alt_text": string(2000, minimum=0)},
    {"image_url": URL, "slack_file": SLACK_FILE},
    exactly_one("image_url", "slack_file"),
)


def _option(label: Check, **extra: Check) -> Check:
    return shape({"text": label, "value": string(150)}, {"description": plain(75), **extra})


OPTION = _option(plain(75))
OPTION_GROUP = shape({"label": plain(75), "options": array(OPTION, 1, 100)}, {})
RICH_OPTION = _option(text(75))
OVERFLOW_OPTION = _option(plain(75), url=URL)


def every_option(holder: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of a select or of an answer to a suggestion, groups opened."""
    groups = holder.get("option_groups") or []
    return [*(holder.get("options") or []), *(one for group in groups for one in group["options"])]


def _initial_is_offered(element: dict[str, Any], at: str) -> Problems:
    offered = every_option(element)
    initial = [("initial_option", element["initial_option"])] if "initial_option" in element else []
    initial += [("initial_options", one) for one in element.get("initial_options", [])]
    for name, one in initial:
        if not any(_same_option(one, other) for other in offered):
            yield Problem("invalid_value", f"{name} must match one of the options", f"{at}/{name}", name)


def _same_option(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Slack compares value and text; the `emoji` that it adds by itself does not count."""
    return bool(one["value"] == other["value"] and one["text"]["text"] == other["text"]["text"])


def _distinct_values(element: dict[str, Any], at: str) -> Problems:
    seen: set[str] = set()
    for one in every_option(element):
        if one["value"] in seen:
            yield Problem("duplicate_value", f"duplicate option value: {one['value']}", at, "options")
        seen.add(one["value"])


def _ordered(low: str, high: str) -> Check:
    def check(element: Any, at: str) -> Problems:
        if low in element and high in element and float(element[low]) > float(element[high]):
            yield Problem("invalid_value", f"{low} cannot be greater than {high}", f"{at}/{low}", low)

    return check


def _element(name: str, required: dict[str, Check], optional: dict[str, Check], *also: Check) -> Check:
    return typed(name, required, {"action_id": IDENTIFIER, **optional}, *also)


_FOCUS: dict[str, Check] = {"focus_on_load": boolean}
_CONFIRM: dict[str, Check] = {"confirm": CONFIRM}
_PLACEHOLDER: dict[str, Check] = {"placeholder": plain(150)}
_MENU = {**_FOCUS, **_CONFIRM, **_PLACEHOLDER}
_MANY: dict[str, Check] = {**_MENU, "max_selected_items": number(1)}
_DISPATCH: dict[str, Check] = {
    "dispatch_action_config": shape(
        {}, {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 1, 2)}
    )
}
_TYPED_IN = {**_FOCUS, **_PLACEHOLDER, **_DISPATCH}
_NUMERAL = string(100, pattern=r"-?\d+(\.\d+)?")
_CONVERSATION_FILTER = shape(
    {},
    {
        "include": array(choice("im", "mpim", "private", "public")),
        "exclude_bot_users": boolean,
        "exclude_external_shared_channels": boolean,
    },
    at_least_one("include", "exclude_bot_users", "exclude_external_shared_channels"),
)
_ANSWERS: dict[str, Check] = {"response_url_enabled": boolean}
_CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": _CONVERSATION_FILTER}
_BUTTON: dict[str, Check] = {**_CONFIRM, "style": choice("primary", "danger"), "accessibility_label": string(75)}
_FEEDBACK = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_OPTIONS: dict[str, Check] = {"options": array(OPTION, 1, 100), "option_groups": array(OPTION_GROUP, 1, 100)}
_ONE_LIST = exactly_one("options", "option_groups")
_TRIGGER = shape(
    {"url": URL},
    {"customizable_input_parameters": array(shape({"name": IDENTIFIER, "value": WORDS}, {}))},
)

ELEMENTS: dict[str, Check] = {
    "button": _element("button", {"text": plain(75)}, {**_BUTTON, "url": URL, "value": string(2000)}),
    "workflow_button": _element(
        "workflow_button", {"text": plain(75), "workflow": shape({"trigger": _TRIGGER}, {})}, _BUTTON
    ),
    "icon_button": _element(
        "icon_button",
        {"icon": string(100), "text": plain(75)},
        {
            **_CONFIRM,
            "value": string(2000),
            "accessibility_label": string(75),
            "visible_to_user_ids": array(ENTITY),
        },
    ),
    "feedback_buttons": _element("feedback_buttons", {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {}),
    "overflow": _element("overflow", {"options": array(OVERFLOW_OPTION, 1, 5)}, _CONFIRM, _distinct_values),
    "checkboxes": _element(
        "checkboxes",
        {"options": array(RICH_OPTION, 1, 10)},
        {**_CONFIRM, **_FOCUS, "initial_options": array(RICH_OPTION, 1, 10)},
        _initial_is_offered,
        _distinct_values,
    ),
    "radio_buttons": _element(
        "radio_buttons",
        {"options": array(RICH_OPTION, 1, 10)},
        {**_CONFIRM, **_FOCUS, "initial_option": RICH_OPTION},
        _initial_is_offered,
        _distinct_values,
    ),
    "datepicker": _element("datepicker", {}, {**_MENU, "initial_date": string(10, pattern=r"\d{4}-[01]\d-[0-3]\d")}),
    "timepicker": _element(
        "timepicker",
        {},
        {**_MENU, "initial_time": string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d"), "timezone": string(100)},
    ),
    "datetimepicker": _element(
        "datetimepicker", {}, {**_FOCUS, **_CONFIRM, "initial_date_time": number(1_000_000_000, 9_999_999_999)}
    ),
    "static_select": _element(
        "static_select", {}, {**_MENU, **_OPTIONS, "initial_option": OPTION}, _ONE_LIST, _initial_is_offered
    ),
    "multi_static_select": _element(
        "multi_static_select",
        {},
        {**_MANY, **_OPTIONS, "initial_options": array(OPTION, 1, 100)},
        _ONE_LIST,
        _initial_is_offered,
    ),
    "external_select": _element(
        "external_select", {}, {**_MENU, "min_query_length": number(0), "initial_option": OPTION}
    ),
    "multi_external_select": _element(
        "multi_external_select",
        {},
        {**_MANY, "min_query_length": number(0), "initial_options": array(OPTION, 1, 100)},
    ),
    "users_select": _element("users_select", {}, {**_MENU, "initial_user": ENTITY}),
    "multi_users_select": _element("multi_users_select", {}, {**_MANY, "initial_users": array(ENTITY)}),
    "conversations_select": _element(
        "conversations_select", {}, {**_MENU, **_CONVERSATIONS, **_ANSWERS, "initial_conversation": ENTITY}
    ),
    "multi_conversations_select": _element(
        "multi_conversations_select", {}, {**_MANY, **_CONVERSATIONS, "initial_conversations": array(ENTITY)}
    ),
    "channels_select": _element("channels_select", {}, {**_MENU, **_ANSWERS, "initial_channel": ENTITY}),
    "multi_channels_select": _element("multi_channels_select", {}, {**_MANY, "initial_channels": array(ENTITY)}),
    "plain_text_input": _element(
        "plain_text_input",
        {},
        {
            **_TYPED_IN,
            "initial_value": string(3000, minimum=0),
            "multiline": boolean,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
        _ordered("min_length", "max_length"),
    ),
    "email_text_input": _element("email_text_input", {}, {**_TYPED_IN, "initial_value": string(3000)}),
    "url_text_input": _element("url_text_input", {}, {**_TYPED_IN, "initial_value": string(3000)}),
    "number_input": _element(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**_TYPED_IN, "initial_value": _NUMERAL, "min_value": _NUMERAL, "max_value": _NUMERAL},
        _ordered("min_value", "max_value"),
    ),
    "file_input": _element("file_input", {}, {"filetypes": array(string(50)), "max_files": number(1, 10)}),
}


def some(names: Iterable[str]) -> Check:
    """One of these elements."""
    return tagged({name: ELEMENTS[name] for name in names})
