"""Block Kit's blocks as a table, and which of them stand on which surface.

Sources: docs.slack.dev/reference/block-kit/blocks and the types of `@slack/types`. Where sources disagree, the narrower
one is taken: what passes here passes there (`alert` in modals only, multi-selects not in `actions`).
"""

from __future__ import annotations

from sandbox.slack.checks import (
    Check,
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
from sandbox.slack.elements import ELEMENTS, IDENTIFIER, IMAGE, SLACK_FILE, URL, mrkdwn, plain, text
from sandbox.slack.richtext import RICH_TEXT, RICH_TEXT_INPUT

_MENUS = ("users_select", "static_select", "conversations_select", "channels_select", "external_select")
_MULTI_MENUS = tuple(f"multi_{name}" for name in _MENUS)
_PICKERS = ("checkboxes", "radio_buttons", "datepicker", "timepicker")
_INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")


def _some(*names: str, **more: Check) -> Check:
    return tagged({**{name: ELEMENTS[name] for name in names}, **more})


IN_ACTIONS = _some(
    "button", "workflow_button", "overflow", "datetimepicker", *_PICKERS, *_MENUS, rich_text_input=RICH_TEXT_INPUT
)
IN_SECTION = _some("button", "workflow_button", "overflow", *_PICKERS, *_MENUS, *_MULTI_MENUS, image=IMAGE)
IN_INPUT = _some(
    "datetimepicker", "file_input", *_PICKERS, *_MENUS, *_MULTI_MENUS, *_INPUTS, rich_text_input=RICH_TEXT_INPUT
)
IN_CONTEXT = tagged({"image": IMAGE, "plain_text": plain(3000), "mrkdwn": mrkdwn(3000)})


def _block(name: str, required: dict[str, Check], optional: dict[str, Check] | None = None, *also: Check) -> Check:
    return typed(name, required, {"block_id": IDENTIFIER, **(optional or {})}, *also)


_CARD = _block(
    "card",
    {},
    {
        "title": mrkdwn(150),
        "subtitle": mrkdwn(150),
        "body": mrkdwn(200),
        "icon": IMAGE,
        "hero_image": IMAGE,
        "actions": array(ELEMENTS["button"], 1, 3),
    },
    at_least_one("hero_image", "title", "actions", "body"),
)
_RAW_TEXT = typed("raw_text", {"text": string(10_000)}, {})
_RAW_NUMBER = typed("raw_number", {"text": string(1000), "value": number(whole=False)}, {})
_CELL = tagged({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": RICH_TEXT})
_TASK = _block(
    "task_card",
    {
        "task_id": IDENTIFIER,
        "title": string(3000),
        "status": choice("pending", "in_progress", "complete", "error"),
    },
    {
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": array(typed("url", {"text": string(3000), "url": URL}, {})),
    },
)


_COLUMN = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})
BLOCKS: dict[str, Check] = {
    "actions": _block("actions", {"elements": array(IN_ACTIONS, 1, 25)}),
    "alert": _block("alert", {"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")}),
    "card": _CARD,
    "carousel": _block("carousel", {"elements": array(_CARD, 1, 10)}),
    "context": _block("context", {"elements": array(IN_CONTEXT, 1, 10)}),
    "context_actions": _block("context_actions", {"elements": array(_some("feedback_buttons", "icon_button"), 1, 5)}),
    "data_table": _block(
        "data_table",
        {"caption": string(3000), "rows": array(array(_CELL, 1, 20), 1, 100)},
        {"page_size": number(1, 100), "row_header_column_index": number(0)},
    ),
    "divider": _block("divider", {}),
    "file": _block("file", {"external_id": IDENTIFIER, "source": choice("remote")}),
    "header": _block("header", {"text": plain(150)}),
    "image": _block(
        "image",
        {"alt_text": string(2000, minimum=0)},
        {"image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block(
        "input",
        {"label": plain(2000), "element": IN_INPUT},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": _block("markdown", {"text": string(12_000)}),
    "plan": _block("plan", {"title": string(3000)}, {"tasks": array(_TASK)}),
    "rich_text": RICH_TEXT,
    "section": _block(
        "section",
        {},
        {"text": text(3000), "fields": array(text(2000), 1, 10), "accessory": IN_SECTION, "expand": boolean},
        at_least_one("text", "fields"),
    ),
    "table": _block(
        "table",
        {"rows": array(array(_CELL, 1, 20), 1, 100)},
        {"column_settings": array(_COLUMN, 0, 20)},
    ),
    "task_card": _TASK,
    "video": _block(
        "video",
        {"alt_text": string(2000), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
        {
            "author_name": string(49),
            "description": plain(199),
            "provider_icon_url": URL,
            "provider_name": string(1000),
            "title_url": URL,
        },
    ),
}

_IN_CONTAINER = (
    "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video",
)  # fmt: skip
BLOCKS["container"] = _block(
    "container",
    {"child_blocks": array(tagged({name: BLOCKS[name] for name in _IN_CONTAINER}), 1, 10)},
    {
        "title": plain(150),
        "rich_text_title": RICH_TEXT,
        "subtitle": text(150),
        "icon": IMAGE,
        "width": choice("narrow", "standard", "wide", "full"),
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    at_least_one("title", "rich_text_title"),
)

_EVERYWHERE = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
ON_SURFACE: dict[str, set[str]] = {
    "message": set(BLOCKS) - {"alert"},
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE,
}
