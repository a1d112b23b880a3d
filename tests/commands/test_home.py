"""The Home tab and the lists of `/link`, with more on them than fits and words that would act: Slack takes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import LANGUAGES, words
from bot.linking import CopyView, TaughtView
from bot.surface import ProposalState
from commands.cards.home import MOST_MAILS, MOST_TAUGHT, Overview, home, refused_home
from commands.cards.lists import copies, linked_mails, open_mails, taught_words
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
    )


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


def test_there_is_more_than_is_shown() -> None:
    shown = str(home(overview("Besichtigung", MOST_MAILS + 1), say))
    assert shown.count(say("listing.older")) == (3 if MOST_TAUGHT == MOST_MAILS else 2)
    assert say("listing.older") not in str(home(overview("Besichtigung", MOST_MAILS), say))


def test_who_may_not_sees_why() -> None:
    taken_view(refused_home(say("refused.guest")))
