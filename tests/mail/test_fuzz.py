"""Broken and hostile mails: a share of what `make fuzz` reads."""

from __future__ import annotations

import pytest

from bot.mail import read_eml, sanitize, unwrap
from tests.mail.mutations import Sample, hostile, mutated, read
from tests.saying import english

INPUTS = 240
LONGEST = 4.0  # seconds; `make fuzz` holds them to one, but the tests run on slower machines as well


@pytest.mark.parametrize("part", range(4))
def test_broken_mails_are_read_without_an_error(part: int) -> None:
    for number in range(part, INPUTS, 4):
        assert read(mutated(f"test:{number}")) < LONGEST, number


EXPENSIVE = {name: sample for name, sample in hostile().items() if not name.endswith(".eml")}


@pytest.mark.parametrize("sample", EXPENSIVE.values(), ids=EXPENSIVE.keys())
def test_mails_made_to_be_expensive_are_not(sample: Sample) -> None:
    assert read(sample) < LONGEST


def test_the_same_name_gives_the_same_input() -> None:
    assert mutated("test:7") == mutated("test:7") != mutated("test:8")


def test_a_blank_between_label_and_colon_in_one_line() -> None:
    text = "----- Message transféré ----- De : Erika <e@example.de>À : max@example.comObjet : Appartement\nBonjour"
    found = unwrap(text, "TR: Appartement")
    assert found is not None and str(found.sender) == "Erika <e@example.de>" and found.subject == "Appartement"


def test_a_label_that_is_none_after_all() -> None:
    assert unwrap("---------- Forwarded message ---------- from:x", "Fwd: x") is not None


@pytest.mark.parametrize("body", ["lang " * 300_000, "<p>kurz</p>" * 20_000])
def test_what_is_cut_of_a_mail_that_is_no_forward_is_said(body: str) -> None:
    kind = "html" if body.startswith("<") else "plain"
    head = f"From: erika@example.de\nSubject: x\nContent-Type: text/{kind}\n\n"
    mail = read_eml((head + body).encode())
    assert mail.text and [english(note) for note in mail.notes] == [
        "The mail is very long; only its beginning was read."
    ]
    assert read_eml((head + body[:5_000]).encode()).notes == ()


def test_deep_html_is_cleaned_to_something() -> None:
    assert "Wort" in sanitize("<div>" * 200 + "Wort" + "</div>" * 200)
    assert "<div" not in sanitize("Wort" + "<div>" * 40_000)[50_000:]
