"""The rules for blocks: what they accept passes the schemas made from Slack's own types; limits hold on both sides."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from sandbox.slack.blockkit import check_blocks, check_options, check_view
from tests.needs import need
from tests.sandbox.slackbox import actions, button, modal, plain

OPTION = {"text": plain("Max Mustermann"), "value": "601"}
OTHER = {"text": plain("Erika Hausmann"), "value": "523", "description": plain("Owner")}
MRKDWN = {"type": "mrkdwn", "text": "*Lindenstraße 12*"}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("This cannot be undone."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "a", "style": {"bold": True}}]},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "https://example.com"}]}],
        },
        {"type": "rich_text_quote", "elements": [{"type": "user", "user_id": "U0ANNA"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}], "border": 1},
    ],
}


def section(text: Any = MRKDWN, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": text, **more}


def field(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain("Wer?"), "element": element, **more}


def select(kind: str = "static_select", **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": "pick", **more}


TEXT_INPUT = {"type": "plain_text_input", "action_id": "t"}

GOOD_MESSAGES: list[list[dict[str, Any]]] = [
    [],
    [section(), {"type": "divider"}, {"type": "header", "text": plain("Anfrage")}],
    [section(fields=[MRKDWN, plain("b")]), {"type": "section", "fields": [MRKDWN]}],
    [section(accessory=button("Link", "l", style="primary", confirm=CONFIRM, value="v"))],
    [section(accessory=IMAGE), {**IMAGE, "title": plain("t")}],
    [section(accessory=select(options=[OPTION, OTHER], initial_option=OTHER, placeholder=plain("pick")))],
    [section(accessory=select("multi_external_select", min_query_length=0, initial_options=[OPTION]))],
    [section(accessory={"type": "overflow", "action_id": "o", "options": [{**OPTION, "url": "https://example.com"}]})],
    [actions(button("a", "1"), button("b", "2", url="https://example.com"), select("users_select"))],
    [actions(select("external_select", min_query_length=0, initial_option=OPTION))],
    [actions({"type": "checkboxes", "action_id": "c", "options": [OPTION, OTHER], "initial_options": [OPTION]})],
    [actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-01-31"})],
    [{"type": "context", "elements": [MRKDWN, IMAGE, plain("x")]}],
    [field(TEXT_INPUT), field(select(option_groups=[{"label": plain("People"), "options": [OPTION]}]))],
    [RICH, {"type": "markdown", "text": "# Hello"}],
    [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, RICH]], "column_settings": [{"align": "right"}]}],
    [{"type": "container", "title": plain("t"), "child_blocks": [section(), actions(button("a", "1"))]}],
    [{"type": "card", "title": MRKDWN, "actions": [button("a", "1")]}],
]

BAD_MESSAGES: list[tuple[str, list[Any], str]] = [
    ("unknown block", [{"type": "bogus"}], "unsupported_type"),
    ("no type", [{"text": MRKDWN}], "missing_field"),
    ("not an object", ["section"], "invalid_type"),
    ("empty section", [{"type": "section"}], "missing_field"),
    ("mrkdwn in a header", [{"type": "header", "text": MRKDWN}], "invalid_value"),
    ("text that is a string", [section("Hallo")], "invalid_type"),
    ("empty text", [section(plain(""))], "too_short"),
    ("extra key", [section(colour="red")], "unknown_field"),
    ("emoji in mrkdwn", [section({**MRKDWN, "emoji": True})], "unknown_field"),
    ("button without text", [actions({"type": "button", "action_id": "a"})], "missing_field"),
    ("button with mrkdwn", [actions({"type": "button", "text": MRKDWN, "action_id": "a"})], "invalid_value"),
    ("unknown style", [actions(button("a", "1", style="default"))], "invalid_value"),
    ("url that is none", [actions(button("a", "1", url="example"))], "invalid_value"),
    ("numeric value", [actions(button("a", "1", value=601))], "invalid_type"),
    ("no buttons", [actions()], "too_few_items"),
    ("image in actions", [actions(IMAGE)], "unsupported_type"),
    ("input element in actions", [actions(TEXT_INPUT)], "unsupported_type"),
    ("multi select in actions", [actions(select("multi_users_select"))], "unsupported_type"),
    ("button in an input", [field(button("a", "1"))], "unsupported_type"),
    ("button in context", [{"type": "context", "elements": [button("a", "1")]}], "unsupported_type"),
    ("options and groups", [actions(select(options=[OPTION], option_groups=[]))], "too_few_items"),
    ("no options", [actions(select())], "conflicting_fields"),
    ("initial not offered", [actions(select(options=[OPTION], initial_option=OTHER))], "invalid_value"),
    ("option without value", [actions(select(options=[{"text": plain("a")}]))], "missing_field"),
    ("url in a select", [actions(select(options=[{**OPTION, "url": "https://e.org"}]))], "unknown_field"),
    ("block_id twice", [section(block_id="x"), section(block_id="x")], "duplicate_id"),
    ("action_id twice", [actions(button("a", "same"), button("b", "same"))], "duplicate_id"),
    ("image from nowhere", [{"type": "image", "alt_text": "a"}], "conflicting_fields"),
    ("alert in a message", [{"type": "alert", "text": plain("a")}], "unsupported_type"),
    ("two tables", [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2, "too_many_items"),
    ("file input in a message", [field({"type": "file_input", "action_id": "f"})], "unsupported_type"),
    ("wrong date", [actions({"type": "datepicker", "action_id": "d", "initial_date": "31.1.2026"})], "invalid_value"),
    ("markdown too long in all", [{"type": "markdown", "text": "x" * 7000}] * 2, "too_long"),
]

# Each limit: something of exactly this size passes, one more does not.
LIMITS: list[tuple[str, int, Any]] = [
    ("section text", 3000, lambda n: [section(plain("x" * n))]),
    ("section field", 2000, lambda n: [{"type": "section", "fields": [plain("x" * n)]}]),
    ("section fields", 10, lambda n: [{"type": "section", "fields": [MRKDWN] * n}]),
    ("header", 150, lambda n: [{"type": "header", "text": plain("x" * n)}]),
    ("context elements", 10, lambda n: [{"type": "context", "elements": [MRKDWN] * n}]),
    ("actions elements", 25, lambda n: [actions(*(button("a", str(i)) for i in range(n)))]),
    ("blocks of a message", 50, lambda n: [{"type": "divider"}] * n),
    ("block_id", 255, lambda n: [section(block_id="x" * n)]),
    ("action_id", 255, lambda n: [actions(button("a", "x" * n))]),
    ("button text", 75, lambda n: [actions(button("x" * n, "a"))]),
    ("button value", 2000, lambda n: [actions(button("a", "a", value="x" * n))]),
    ("button url", 3000, lambda n: [actions(button("a", "a", url=f"https://{'x' * (n - 8)}"))]),
    ("option text", 75, lambda n: [actions(select(options=[{**OPTION, "text": plain("x" * n)}]))]),
    ("option value", 150, lambda n: [actions(select(options=[{**OPTION, "value": "x" * n}]))]),
    ("option description", 75, lambda n: [actions(select(options=[{**OPTION, "description": plain("x" * n)}]))]),
    ("options", 100, lambda n: [actions(select(options=[{**OPTION, "value": str(i)} for i in range(n)]))]),
    ("group label", 75, lambda n: [actions(select(option_groups=[{"label": plain("x" * n), "options": [OPTION]}]))]),
    (
        "overflow options",
        5,
        lambda n: [actions({"type": "overflow", "options": [{**OPTION, "value": str(i)} for i in range(n)]})],
    ),
    ("confirm title", 100, lambda n: [actions(button("a", "a", confirm={**CONFIRM, "title": plain("x" * n)}))]),
    ("confirm text", 300, lambda n: [actions(button("a", "a", confirm={**CONFIRM, "text": plain("x" * n)}))]),
    ("confirm deny", 30, lambda n: [actions(button("a", "a", confirm={**CONFIRM, "deny": plain("x" * n)}))]),
    ("input label", 2000, lambda n: [{**field(TEXT_INPUT), "label": plain("x" * n)}]),
    ("input hint", 2000, lambda n: [field(TEXT_INPUT, hint=plain("x" * n))]),
    ("placeholder", 150, lambda n: [field({**TEXT_INPUT, "placeholder": plain("x" * n)})]),
    ("image url", 3000, lambda n: [{**IMAGE, "image_url": f"https://{'x' * (n - 8)}"}]),
    ("image alt text", 2000, lambda n: [{**IMAGE, "alt_text": "x" * n}]),
    ("markdown", 12_000, lambda n: [{"type": "markdown", "text": "x" * n}]),
    ("table rows", 100, lambda n: [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * n}]),
    ("table columns", 20, lambda n: [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * n]}]),
]

GOOD_VIEWS: list[dict[str, Any]] = [
    modal(field(TEXT_INPUT), field(select("external_select", min_query_length=0, focus_on_load=True))),
    modal(section(), private_metadata="x" * 3000, close=plain("Abbrechen"), notify_on_close=True, external_id="e"),
    {"type": "modal", "title": plain("Only reading"), "blocks": [section(), {"type": "alert", "text": plain("a")}]},
    {"type": "home", "blocks": [section(), actions(button("a", "1"))], "callback_id": "home"},
]
BAD_VIEWS: list[tuple[str, dict[str, Any], str]] = [
    ("title too long", modal(title=plain("x" * 25)), "too_long"),
    ("submit too long", modal(submit=plain("x" * 25)), "too_long"),
    ("metadata too long", modal(private_metadata="x" * 3001), "too_long"),
    ("callback too long", modal(callback_id="x" * 256), "too_long"),
    ("no title", {"type": "modal", "blocks": []}, "missing_field"),
    ("no submit", {"type": "modal", "title": plain("t"), "blocks": [field(TEXT_INPUT)]}, "missing_field"),
    ("title with mrkdwn", modal(title={"type": "mrkdwn", "text": "t"}), "invalid_value"),
    ("too many blocks", modal(*[{"type": "divider"}] * 101), "too_many_items"),
    ("markdown in a modal", modal({"type": "markdown", "text": "a"}), "unsupported_type"),
    ("a home with a title", {"type": "home", "title": plain("t"), "blocks": []}, "unknown_field"),
    ("unknown key", modal(metadata="x"), "unknown_field"),
    ("two in focus", modal(*[field({**TEXT_INPUT, "focus_on_load": True})] * 2), "too_many_items"),
]


def validator(name: str) -> Draft7Validator:
    """The JSON Schema generated from `@slack/types`."""
    file = need("shared") / "facts" / f"slack-blockkit-{name}.schema.json"
    return Draft7Validator(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("blocks", GOOD_MESSAGES)
def test_good_messages_are_accepted(blocks: list[dict[str, Any]]) -> None:
    assert check_blocks(blocks) == []


@pytest.mark.parametrize("view", GOOD_VIEWS)
def test_good_views_are_accepted(view: dict[str, Any]) -> None:
    assert check_view(view, view["type"]) == []


def test_what_is_accepted_passes_the_official_types() -> None:
    messages, views = validator("message"), validator("view")
    for blocks in GOOD_MESSAGES:
        assert not list(messages.iter_errors({"text": "a", "blocks": blocks})), blocks
    for _, limit, made in LIMITS:
        assert not list(messages.iter_errors({"text": "a", "blocks": made(limit)}))
    for view in GOOD_VIEWS:
        assert not list(views.iter_errors(view)), view


@pytest.mark.parametrize(("blocks", "code"), [one[1:] for one in BAD_MESSAGES], ids=[one[0] for one in BAD_MESSAGES])
def test_bad_messages_are_refused(blocks: list[Any], code: str) -> None:
    problems = check_blocks(blocks)
    assert code in [one.code for one in problems]
    assert all(one.sentence("/blocks").startswith("[ERROR] ") for one in problems)


@pytest.mark.parametrize(("view", "code"), [one[1:] for one in BAD_VIEWS], ids=[one[0] for one in BAD_VIEWS])
def test_bad_views_are_refused(view: dict[str, Any], code: str) -> None:
    assert code in [one.code for one in check_view(view, view["type"])]


@pytest.mark.parametrize(("limit", "made"), [one[1:] for one in LIMITS], ids=[one[0] for one in LIMITS])
def test_each_limit_holds_on_both_sides(limit: int, made: Any) -> None:
    assert check_blocks(made(limit)) == []
    codes = {one.code for one in check_blocks(made(limit + 1))}
    assert codes & {"too_long", "too_many_items"}


def test_a_pointer_leads_to_the_problem() -> None:
    (problem,) = check_blocks([section(), actions(button("x" * 76, "a"))])
    assert problem.pointer == "/1/elements/0/text/text"
    assert problem.sentence("/blocks") == (
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]"
    )


def test_options_answers() -> None:
    assert check_options({"options": [OPTION]}) == []
    assert check_options({"options": []}) == []
    assert check_options({"option_groups": [{"label": plain("a"), "options": [OPTION]}]}) == []
    assert check_options({"options": [OPTION], "option_groups": []})
    assert check_options({"options": [OPTION] * 101})
    assert check_options({"options": [{**OPTION, "text": plain("x" * 76)}]})
    assert check_options(None)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "blocks", "elements", "options"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(JSON_VALUES)
def test_nothing_sent_can_break_the_rules(value: Any) -> None:
    for surface in ("modal", "home"):
        assert check_view(value, surface) or value["type"] == surface
    if check_blocks(value) == []:
        assert isinstance(value, list)
    check_options(value)
