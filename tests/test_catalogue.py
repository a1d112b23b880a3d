"""Every word that people read is a message that is there, is used, and is given what it asks for."""

from __future__ import annotations

import io
import string
from collections.abc import Iterable
from functools import cache

from babel.messages.pofile import read_po

from tests.spoken import ROOT, spoken

# Said by `bot.language` itself: words as they are, sentences after each other, lists.
OF_LANGUAGE = {
    *("plain", "together", "enumerated.comma", "enumerated.semicolon"),
    *("list.and", "list.or", "list.comma", "list.more"),
}


@cache
def catalogue() -> dict[str, list[str]]:
    """The templates of each message, one for each plural form."""
    text = (ROOT / "bot" / "language" / "en.po").read_bytes()
    found = {}
    for message in read_po(io.BytesIO(text), locale="en", abort_invalid=True):
        name = message.id if isinstance(message.id, str) else message.id[0]
        if name:
            found[name] = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return found


def asked_for(templates: Iterable[str]) -> set[str]:
    return {name for one in templates for _, name, _, _ in string.Formatter().parse(one) if name is not None}


def test_every_message_is_used() -> None:
    known = catalogue()
    used = {one for said in spoken() for one in said.among(known)}
    assert set(known) - used - OF_LANGUAGE == set()


def test_every_message_that_is_used_is_there() -> None:
    known = catalogue()
    calls = spoken()
    assert [(said.where, one) for said in calls for one in said.messages if not said.among(known)] == []
    unknown = [(said.where, one) for said in calls for one in said.messages if "[" not in one]
    assert [(where, one) for where, one in unknown if one.replace("\\", "") not in known] == []


def test_messages_are_given_what_they_ask_for_and_nothing_in_vain() -> None:
    known = catalogue()
    calls = spoken()
    assert len(calls) > 600
    for said in calls:
        if said.given is not None:
            # Of several that may be said one may need less than the others.
            messages = {one: asked_for(known[one]) for one in said.among(known)}
            assert set().union(*messages.values()) == said.given, said.where
