"""What the words behind `/link` are understood as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.link_words import ALONE, Intent, Wish, understood


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish.CHOOSE),
        ("  \n ", Wish.CHOOSE),
        ("Offen", Wish.OPEN),
        ("zuletzt", Wish.RECENT),
        ("Rückgängig!", Wish.UNDO),
        ("undo", Wish.UNDO),
        ("undo please", Wish.UNDO),
        ("bitte rückgängig machen", Wish.UNDO),
        ("Bitte, Einstellungen", Wish.SETTINGS),
        ("Bitte Meier", Wish.SEARCH),
        ("aliases", Wish.ALIASES),
        ("STATUS", Wish.STATUS),
        ("?", Wish.HELP),
        ("Max Mustermann, Lindenstr. 12", Wish.SEARCH),
        ("Klaus Offen", Wish.SEARCH),
        ("open house Lindenstr. 12", Wish.SEARCH),
        ("max@example.de", Wish.SEARCH),
        ("2649", Wish.SEARCH),
        ("https://crm.zoho.eu/crm/org1/tab/Contacts/4150868000004532003", Wish.SEARCH),
        ("Vergissmeinnicht GmbH", Wish.SEARCH),
    ],
)
def test_what_is_asked_for(text: str, wish: Wish) -> None:
    found = understood(text)
    assert found.wish is wish
    assert found.words == (text if wish is Wish.SEARCH else "")


@pytest.mark.parametrize(
    "text", ["forget Meier Hof", "vergiss „Meier Hof“", "Vergiss  Meier   Hof ", 'forget "Meier Hof"']
)
def test_what_is_to_be_forgotten(text: str) -> None:
    assert understood(text) == Intent(Wish.FORGET, "Meier Hof")


def test_the_link_of_a_message() -> None:
    link = "https://nordlicht.slack.com/archives/C0ANFRAGEN/p1790000000000100"
    assert understood(link) == Intent(Wish.MESSAGE, channel="C0ANFRAGEN", ts="1790000000.000100")
    answer = understood(f"<{link}?thread_ts=1789999999.000200&cid=C0ANFRAGEN|the mail>")
    assert (answer.wish, answer.thread_ts) == (Wish.MESSAGE, "1789999999.000200")
    assert understood(f"{link} Meier").wish is Wish.SEARCH


@given(st.text(max_size=200))
def test_whatever_is_typed_is_understood_and_no_word_of_a_search_is_lost(text: str) -> None:
    found = understood(text)
    assert found == understood(f"  {text} \n")
    if found.wish is Wish.SEARCH:
        assert found.words == " ".join(text.split()) != ""


@given(st.sampled_from(sorted(ALONE)), st.text(alphabet="abcäöü", min_size=1, max_size=10))
def test_a_word_that_asks_for_something_does_so_only_alone(word: str, other: str) -> None:
    assert understood(word.upper()).wish in (ALONE[word], ALONE.get(word.upper().casefold()))
    if word.strip("-/?"):
        assert understood(f"{other} {word}").wish in (Wish.SEARCH, *ALONE.values())
        assert f"{other} {word}" in ALONE or understood(f"{other} {word}").wish is Wish.SEARCH
