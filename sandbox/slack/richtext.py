"""The rules of `rich_text` blocks, and of the `rich_text_input` whose initial value is one.

Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from sandbox.slack.checks import Check, array, boolean, choice, number, shape, string, tagged, typed
from sandbox.slack.elements import ENTITY, IDENTIFIER, URL, WORDS, plain

_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_STYLED: dict[str, Check] = {"style": _STYLE}

_TEXT = typed("text", {"text": WORDS}, _STYLED)
_LINK = typed("link", {"url": URL}, {**_STYLED, "text": string(1_000_000, minimum=0), "unsafe": boolean})
_INLINE = tagged(
    {
        "text": _TEXT,
        "link": _LINK,
        "broadcast": typed("broadcast", {"range": choice("here", "channel", "everyone")}, _STYLED),
        "color": typed("color", {"value": string(50)}, _STYLED),
        "channel": typed("channel", {"channel_id": ENTITY}, _STYLED),
        "date": typed(
            "date",
            {"timestamp": number(0), "format": string(1000)},
            {**_STYLED, "url": URL, "fallback": string(1000)},
        ),
        "emoji": typed("emoji", {"name": string(255)}, {**_STYLED, "unicode": string(100), "url": URL}),
        "team": typed("team", {"team_id": ENTITY}, _STYLED),
        "user": typed("user", {"user_id": ENTITY}, _STYLED),
        "usergroup": typed("usergroup", {"usergroup_id": ENTITY}, _STYLED),
    }
)
_BORDER: dict[str, Check] = {"border": choice(0, 1)}
_SECTION = typed("rich_text_section", {"elements": array(_INLINE, 0)}, {})
_PARTS = tagged(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": typed(
            "rich_text_list",
            {"style": choice("bullet", "ordered"), "elements": array(_SECTION)},
            {**_BORDER, "indent": number(0, 8)},
        ),
        "rich_text_quote": typed("rich_text_quote", {"elements": array(_INLINE)}, _BORDER),
        "rich_text_preformatted": typed(
            "rich_text_preformatted", {"elements": array(tagged({"text": _TEXT, "link": _LINK}))}, _BORDER
        ),
    }
)
RICH_TEXT = typed("rich_text", {"elements": array(_PARTS, 0)}, {"block_id": IDENTIFIER})
RICH_TEXT_INPUT = typed(
    "rich_text_input",
    {},
    {
        "action_id": IDENTIFIER,
        "initial_value": RICH_TEXT,
        "focus_on_load": boolean,
        "placeholder": plain(150),
        "min_lines": number(1, 100),
        "max_lines": number(1, 100),
        "dispatch_action_config": shape(
            {}, {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 1, 2)}
        ),
    },
)
