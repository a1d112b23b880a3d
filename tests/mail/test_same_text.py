"""Whether a mail that was found says what the forwarded one said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mail import Forward, IdSource, Mail
from bot.mail.same_text import same_text
from tests.mail.bench import SENT, locator, mail, on_both_servers, raw
from tests.mail.imap_server import Server

LETTER = (
    "Guten Tag,\n\nich möchte die Wohnung in der Müllerstraße 5 gern besichtigen. Mein Telefon: 030 1234567.\n\n"
    "Erika Muster\n"
)
OTHER = (
    "Guten Tag,\n\nich muss den Termin leider absagen und melde mich wieder, sobald ich zurück bin.\n\nErika Muster\n"
)


def wanted(text: str, *ids: tuple[str, IdSource]) -> Mail:
    return replace(mail(*ids), text=text, forward=Forward())


@on_both_servers
@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=2)])
def test_another_mail_of_the_same_sender_and_subject_is_not_taken_for_it(server: Server, later: timedelta) -> None:
    server.put("max", raw("<a@example.de>", date=SENT + later, text=OTHER))
    hint = ("<b@example.de>", IdSource.IN_REPLY_TO)
    assert locator(server.account("max")).find(wanted(LETTER, hint)) is None


def test_the_text_may_be_wrapped_quoted_and_without_its_end(server: Server) -> None:
    server.put("max", raw("<a@example.de>", text=LETTER + "-- \nErika Muster, Beispielweg 3\n"))
    forwarded = "> " + LETTER.replace(" gern", "\n> gern").replace("\n\n", "\n>\n> ")
    found = locator(server.account("max")).find(wanted(forwarded))
    assert found is not None and found.message_id == "<a@example.de>"


@pytest.mark.parametrize(
    ("forwarded", "found", "same"),
    [
        (LETTER, LETTER, True),
        (LETTER, OTHER, False),
        ("Danke!", "Etwas ganz anderes.", True),
        (LETTER, LETTER.replace("1234567", "7654321"), False),
        (LETTER + "https://example.de/a1", LETTER, True),
        (
            "Anfrage von Erika Muster, erika@example.de, zu Objekt NL-2649",
            "Anfrage von Otto Muster, otto@example.de, zu Objekt NL-2649",
            False,
        ),
    ],
)
def test_texts_of_one_mail(forwarded: str, found: str, same: bool) -> None:
    assert same_text(forwarded, found) is same
