"""How Slack reads what we send: what it would refuse, and which words in it would act."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema

from sandbox.slack.blockkit import check_blocks, check_view
from tests.needs import SHARED

SCHEMAS = SHARED / "facts"
ACTING = re.compile(r"<([^<>]*)>")
# What we mean to act: who pressed, where a mail is, dates, and pages of the CRM.
OURS = re.compile(
    r"@U0[A-Z]+|#C[A-Z0-9]+|!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d.: ]+|https://crm\.example\.com/[^|]*\|.*"
)
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


@cache
def _schema(surface: str) -> jsonschema.Draft7Validator | None:
    """The schema that was generated from Slack's own types, where it lies beside the project."""
    path = SCHEMAS / f"slack-blockkit-{surface}.schema.json"
    return jsonschema.Draft7Validator(json.loads(path.read_text("utf-8"))) if path.exists() else None


def taken(text: str, blocks: list[dict[str, Any]]) -> None:
    """A message that Slack takes."""
    assert text.strip()
    assert len(text) <= 4_000
    assert check_blocks(blocks) == []
    if schema := _schema("message"):
        schema.validate({"text": text, "blocks": blocks})
    inert(text)
    for words in marked_up(blocks):
        inert(words)


def taken_view(view: dict[str, Any]) -> None:
    """A modal or a Home tab that Slack takes."""
    assert check_view(view, view["type"]) == []
    if schema := _schema("view"):
        schema.validate(view)
    for words in marked_up(view["blocks"]):
        inert(words)


def marked_up(value: Any) -> Iterator[str]:
    """All texts in which Slack looks for markup."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            assert value.get("verbatim") is True, "Slack would make links of addresses in a mail's words"
            yield value["text"]
        for part in value.values():
            yield from marked_up(part)
    elif isinstance(value, list):
        for part in value:
            yield from marked_up(part)


def inert(text: str) -> None:
    """Nothing acts but what we mean to: no mention, no link, no entity torn in two."""
    for found in ACTING.findall(text):
        assert OURS.fullmatch(found), f"this would act: <{found}>"
    rest = ACTING.sub("", text)
    assert "<" not in rest
    # Our own `>` begins a line that is set back.
    assert all(">" not in line.removeprefix("> ") for line in rest.split("\n"))
    assert not ENTITY.search(text), "an ampersand that is not escaped, or an entity torn in two"


def formatting(text: str) -> Iterator[str]:
    """The characters behind each that could open formatting."""
    for found in re.finditer(r"[*_~`]", text):
        yield text[found.end() : found.end() + 1]
