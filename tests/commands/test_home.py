"""The Home tab and the lists of `/link`, with more on them than fits and words that would act: Slack takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crm import Check
from bot.language import LANGUAGES, plain, words
from bot.linking import CopyView, FiguresView, FoundView, RefusedView, TaughtView, WeekView
from bot.records import Category, Record, RecordRef
from bot.surface import ProposalState
from commands.cards.find import find_window
from commands.cards.home import MOST_LINKED, MOST_MAILS, Overview, home, refused_home
from commands.cards.lists import copies, linked_mails, open_mails, taught_words
from storage.figures import Figures
from tests.commands.shown import outcome, say, view
from tests.commands.slack_reads import taken, taken_view

HOSTILE = "<!channel> *Miller* & Söhne 🏠 ‮drawkcab <https://evil.example|click>" * 60
AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
COPIES = [CopyView("onOffice", 120_000, AT, False), CopyView("Zoho CRM", 0, None, True)]


def overview(text: str, count: int) -> Overview:
    linked = [view(ProposalState.LINKED, subject=text, outcomes=(outcome(name=text),)) for _ in range(count)]
    return Overview(
        open=[view(subject=text, sender=text) for _ in range(count)],
        linked=linked,
        taught=[TaughtView(number, text, text, 3) for number in range(count)],
        copies=COPIES,
        refused=[RefusedView(text, AT)] * bool(count),
        figures=figures(text, count),
        admin=bool(count),
        checks=[Check(plain(text), ok, plain(text), plain(text)) for ok in (True, False) for _ in range(count)],
    )


def figures(text: str, count: int) -> FiguresView:
    """So many mails in each of two weeks."""
    of_week = Figures(
        mails=count,
        linked=count,
        open=0,
        put_aside=0,
        expired=0,
        failed=0,
        undone=1,
        first_right=count,
        first_wrong=0,
        searched=0,
    )
    taught = [TaughtView(number, text, text, 3) for number in range(min(count, 3))]
    return FiguresView([WeekView(AT, of_week)] * 2, count, taught=taught)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 100])
def test_slack_takes_every_home_and_every_list(language: str, count: int) -> None:
    speak, found = words(language), overview(HOSTILE, count)
    taken_view(home(found, speak, notice=speak("home.undoing")))
    taken("open", open_mails(found.open, speak))
    taken("linked", linked_mails(found.linked, speak, title=speak("listing.recent")))
    taken("taught", taught_words(found.taught, speak))
    taken("copies", copies(found.copies, speak))


@settings(deadline=None)  # the first one reads the schemas
@given(st.text(max_size=400))
def test_whatever_a_mail_is_called(text: str) -> None:
    taken_view(home(overview(text, 2), say))


def test_who_refuses_the_keys_stands_above_all_else_with_what_to_do() -> None:
    view = home(replace(overview("Besichtigung", 1), refused=[RefusedView("onOffice", AT)]), say)
    assert view["blocks"][0]["text"]["text"].startswith("⚠️ onOffice has not let Linkbot in since ")
    assert "linkbot doctor" in view["blocks"][0]["text"]["text"]


def test_what_could_not_be_told_is_not_ticked() -> None:
    checks = [Check(plain("Kinds"), True, plain("cannot be told"), told=False), Check(plain("Access"), True)]
    said = str(home(replace(overview("", 0), admin=True, checks=checks), say))
    assert "❔ *Kinds*" in said and "✅ *Access*" in said and "✅ *Kinds*" not in said


def test_there_is_more_than_is_shown() -> None:
    assert str(home(overview("Besichtigung", MOST_MAILS + 1), say)).count(say("listing.older")) == 3
    assert str(home(overview("Besichtigung", MOST_LINKED + 1), say)).count(say("listing.older")) == 1
    assert say("listing.older") not in str(home(overview("Besichtigung", MOST_LINKED), say))


def test_who_may_not_sees_why() -> None:
    taken_view(refused_home(say("refused.guest")))


def test_the_figures_are_said_in_words() -> None:
    said = str(home(overview("Haus", 4), say))
    assert "This week: 4 mails came. Linked: 4. Something of 1 was taken back." in said
    assert "The first suggestion was right for 4 of 4." in said
    assert "The week before: 4 mails came." in said
    assert "Waiting now: 4 mails." in said


def test_what_is_wrong_comes_first_and_with_what_to_do() -> None:
    checks = [
        Check(plain("Slack"), True, plain("Anna")),
        Check(plain("CRM"), False, plain("away"), plain("Call them.")),
    ]
    said = str(home(Overview(admin=True, checks=checks), say))
    assert said.index("❌ *CRM*: away") < said.index("Call them.") < said.index("✅ *Slack*: Anna")
    assert "Check the connections" not in str(home(Overview(checks=checks), say)), "no admin"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", [HOSTILE, "", "Haus"])
def test_slack_takes_the_search(language: str, text: str) -> None:
    record = Record(RecordRef("onoffice", "address", "1"), Category.PERSON, text, phones=(text,) * 5, city=text)
    mails = tuple(view(subject=text, sender=text) for _ in range(30))
    for found in (
        None,
        FoundView(record, text or "CRM", None),
        FoundView(record, "CRM", "https://crm.example.com/1", mails),
    ):
        taken_view(find_window(words(language), found, notice="Done."))
