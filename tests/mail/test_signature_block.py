"""Where a signature begins, and what of it is somebody's own."""

from __future__ import annotations

import pytest

from benchmarks.prefill import of_signatures
from bot.mail import Mail, Participant, contact_of
from bot.mail.contact_lines import Address, kind_of, postal
from bot.mail.leads.values import addresses
from bot.mail.signature_block import behind_closing, signature_lines

STAFF = ("Anna Berger", "anna.berger@nordlicht.example")


@pytest.mark.parametrize("seed", [7, 8])
def test_most_signatures_that_go_around_are_read_right(seed: int) -> None:
    """A short run of `benchmarks/prefill.py`."""
    score = of_signatures(60, seed)
    assert score.enough, score.wrong


@pytest.mark.parametrize(
    ("line", "behind"),
    [
        ("Freundlichst", ""),
        ("All the best", ""),
        ("With best wishes,", ""),
        ("Danke und schöne Grüße", ""),
        ("Herzliche Grüße aus Altmünde", ""),
        ("LG Luca Schwalk", "Luca Schwalk"),
        ("-- ", ""),
        ("Danke für die Unterlagen zur Wohnung im zweiten Stock und für den Plan.", None),
        ("Wir freuen uns auf den Termin.", None),
        ("Viele fragen nach dem Preis.", None),
    ],
)
def test_closing_words_and_what_stands_beside_them(line: str, behind: str | None) -> None:
    assert behind_closing(line) == behind


def test_without_closing_words_it_begins_above_the_first_number() -> None:
    text = "Bitte rufen Sie an.\n\nErika Muster\nAm Deich 4\n20457 Hamburg\nTel. 040 3344556\n"
    assert signature_lines(text, [])[0] == "Erika Muster"
    assert signature_lines("Bitte rufen Sie an.", []) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["Anschrift: Am Deich 4, 20457 Hamburg"],
        ["🏠 Am Deich 4, 20457 Hamburg"],
        ["D-20457 Hamburg, Am Deich 4"],
        ["(Am Deich 4, 20457 Hamburg; Tel. 040 3344556)"],
        ["Am Deich 4 – 20457 Hamburg"],
    ],
)
def test_an_address_however_it_is_written(lines: list[str]) -> None:
    assert postal(lines) == Address("Am Deich 4", "20457", "Hamburg")


def test_an_address_of_a_property_is_not_its_writers() -> None:
    assert postal(["Objekt: Am Deich 4, 20457 Hamburg"]).street == ""


@pytest.mark.parametrize(
    ("number", "region"), [("0151 2345678", "DE"), ("+44 (0)7700 900321", "DE"), ("079 5550152", "CH")]
)
def test_a_mobile_number_is_one_also_with_a_digit_too_few(number: str, region: str) -> None:
    assert kind_of(number, region) == "mobile"


def test_a_picture_is_nobodys_address() -> None:
    assert list(addresses("[cid:image001.png@01DC4711.0815AB] max@muster.example")) == ["max@muster.example"]


def test_a_number_is_taken_from_a_sentence_only_where_the_writer_offers_it() -> None:
    sender = Participant("Erika Muster", "erika@muster.example")
    end = "\n\nViele Grüße\nErika Muster\n"
    offered = contact_of(Mail(sender=sender, text="Sie erreichen mich unter 0171 2233441." + end), STAFF)
    reached = contact_of(Mail(sender=sender, text="Unter 040 112233 habe ich Sie nicht erreicht." + end), STAFF)
    assert (offered.mobile, reached.phone, reached.mobile) == ("0171 2233441", "", "")
