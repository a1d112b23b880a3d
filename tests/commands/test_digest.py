"""What is said in the morning: true, short, and nothing that would act."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.connections import ChannelChoice, Channels
from bot.language import LANGUAGES, words
from commands.cards.digest import MOST_MAILS, digest, reminder
from commands.languages import Languages
from commands.link_words import Wish, understood
from commands.slack_reports import SlackReports
from storage.channel_settings import ChannelSettings
from tests.bot.bench import empty_database
from tests.commands.shown import say, view
from tests.commands.slack_reads import taken
from tests.commands.test_home import HOSTILE, figures


class Slack:
    """A workspace that nobody else is in; keeps what is posted."""

    def __init__(self) -> None:
        self.posted: list[str] = []

    def is_shared(self, channel: str) -> bool:
        return False

    def chat_postMessage(self, **said: Any) -> dict[str, Any]:  # noqa: N802 - Slack's name
        self.posted.append(str(said))
        return {"ok": True}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 100])
def test_slack_takes_it(language: str, count: int) -> None:
    taken(*digest(figures(HOSTILE, count), words(language)))
    mails = [view(subject=HOSTILE, sender=HOSTILE) for _ in range(count)]
    taken(*reminder(mails, {"p1": "https://crm.example.com/p1"}, words(language)))


def test_the_digest_has_all_figures_and_where_others_read_along_counts_only() -> None:
    text, blocks = digest(figures("Meierhof", 4), say)
    everything = text + str(blocks)
    figures_said = ("4 mails came", "Linked: 4", "Something of 1 was taken back", "right for 4 of 4", "Waiting now: 4")
    for said in (*figures_said, "“Meierhof”"):
        assert said in everything
    bare = str(digest(figures("Meierhof", 4), say, bare=True))
    assert "4 mails came" in bare
    assert "Meierhof" not in bare


@pytest.mark.parametrize(
    ("for_all", "chosen", "named"),
    [((), None, True), ((), True, False), (("C1",), None, False), (("C1",), False, True)],
)
def test_where_cards_name_nobody_neither_does_the_digest(
    for_all: tuple[str, ...], chosen: bool | None, named: bool
) -> None:
    rows = ChannelSettings(empty_database("sqlite://"))
    channels = Channels(rows, vendors=("onoffice",), language="en", private_channels=for_all)
    channels.save("T1", "C1", "U0ANNA", ChannelChoice(private=chosen))  # as `/link settings` does
    slack: Any = Slack()
    reports = SlackReports(
        slack, languages=Languages(), workspace=slack, rights=slack, memberships=slack, private_channels=channels
    )
    reports.post_digest("T1", "C1", figures("Meierhof", 4))
    (said,) = slack.posted
    assert "4 mails came" in said
    assert ("Meierhof" in said) is named


def test_what_waits_for_a_record_is_counted_by_itself() -> None:
    waiting = replace(figures("Meierhof", 4), parked=1)
    assert "Waiting now: 4 mails." in str(digest(waiting, say)) and "Put off until" in str(digest(waiting, say))
    assert "Put off until" not in str(digest(figures("Meierhof", 4), say))


def test_a_week_without_mails() -> None:
    assert "No mails came." in digest(figures("", 0), say)[0]


def test_there_are_more_than_are_named() -> None:
    assert say("listing.older") in str(reminder([view()] * (MOST_MAILS + 1), {}, say))
    assert say("listing.older") not in str(reminder([view()] * MOST_MAILS, {}, say))


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("digest", Wish.DIGEST),
        ("Digest on", Wish.DIGEST_ON),
        ("wochenbericht an", Wish.DIGEST_ON),
        ("digest OFF", Wish.DIGEST_OFF),
        ("Wochenbericht aus", Wish.DIGEST_OFF),
        ("Digest Verlag", Wish.SEARCH),
    ],
)
def test_what_is_typed(typed: str, wish: Wish) -> None:
    assert understood(typed).wish == wish
