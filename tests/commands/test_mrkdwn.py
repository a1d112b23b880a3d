from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.mrkdwn import UNSEEN, date, escape, plain_text, shorten
from tests.commands.shown import HOSTILE
from tests.commands.slack_reads import formatting, inert

TEXT = HOSTILE


def seen(text: str) -> str:
    """What a reader sees of an escaped text."""
    return html.unescape(text).replace("\u200b", "")


@given(TEXT, st.integers(1, 300))
def test_shortened_text_is_a_beginning(text: str, most: int) -> None:
    short = shorten(text, most)
    assert len(short) <= most
    folded = " ".join(UNSEEN.sub("", text).split())
    assert short == folded if len(folded) <= most else folded.startswith(short[:-1]) and short.endswith("…")


@given(TEXT)
def test_shortening_twice_changes_nothing(text: str) -> None:
    assert shorten(shorten(text, 50), 50) == shorten(text, 50)


@given(TEXT, st.integers(1, 300))
def test_escaped_text_is_inert_and_reads_the_same(text: str, most: int) -> None:
    escaped = escape(text, most)
    inert(escaped)
    assert ">" not in escaped and "\n" not in escaped
    assert all(behind == "\u200b" for behind in formatting(escaped))
    assert seen(escaped) == shorten(text, most).replace("\u200b", "")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1>", "&lt;@U1&gt;"),
        ("Müller & Söhne", "Müller &amp; Söhne"),
        ("&lt;", "&amp;lt;"),
        ("*fett*", "*\u200bfett*\u200b"),
        (" a \n b ", "a b"),
        ("", ""),
    ],
)
def test_escaping(text: str, escaped: str) -> None:
    assert escape(text) == escaped


# Dates


def test_a_moment_is_shown_in_the_readers_zone_with_words_for_those_who_cannot() -> None:
    moment = datetime(2026, 3, 4, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    assert date(moment) == "<!date^1772616600^{date_short_pretty} {time}|04.03.2026 10:30>"


def test_a_moment_without_a_zone_is_shown_as_it_was_written() -> None:
    assert date(datetime(2026, 3, 4, 10, 30)) == "04.03.2026 10:30"  # noqa: DTZ001 - that is the point
    assert date(None) == ""


@given(st.datetimes(timezones=st.timezones() | st.just(UTC)))
def test_any_moment_is_one_that_slack_takes(moment: datetime) -> None:
    assert re.fullmatch(r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[\d.: ]+>", date(moment))


# What people type


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("Von: Max &lt;<mailto:max@example.de|max@example.de>&gt;", "Von: Max <max@example.de>"),
        ("<mailto:max@example.de>", "max@example.de"),
        ("<https://example.de/a?b=1&amp;c=2>", "https://example.de/a?b=1&c=2"),
        ("<http://example.de|example.de>", "example.de"),
        ("<tel:+4930123|030 123>", "030 123"),
        ("Müller &amp; Söhne &amp;lt;", "Müller & Söhne &lt;"),
        ("<@U1> <#C1|allgemein>", "<@U1> <#C1|allgemein>"),
    ],
)
def test_typed_text_comes_back(sent: str, typed: str) -> None:
    assert plain_text(sent) == typed


@given(st.text())
def test_what_slack_escapes_is_read_as_it_was_typed(typed: str) -> None:
    sent = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain_text(sent) == typed


@pytest.mark.parametrize(
    ("text", "seen_as"),
    [
        ("Rechnung\u202egpj.exe", "Rechnunggpj.exe"),
        ("chef\u200b@\u200dexample.de", "chef@example.de"),
        ("Max\u2066 Muster\u2069mann\u200f", "Max Mustermann"),
        ("\ufeffMax\u00ad Mus\u034fter\u2060mann\u3164", "Max Mustermann"),
        ("Max\U000e0041\U000e007f", "Max"),
        ("\u061cMax\u115f", "Max"),
        ("a\u2028b\x85c", "a b c"),
        # What is seen stays.
        ("Šárka Nováková", "Šárka Nováková"),
        ("שלום לאה", "שלום לאה"),
        ("❤️ 🏠", "❤️ 🏠"),
    ],
)
def test_nothing_unseen_is_left(text: str, seen_as: str) -> None:
    assert shorten(text, 100) == seen_as
    assert seen(escape(text)) == seen_as
