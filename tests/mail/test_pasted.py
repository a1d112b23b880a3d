"""Mails as text that somebody pasted."""

from __future__ import annotations

from bot.mail import IdSource, Participant, read_text
from tests.mail.samples import BLOCK, ERIKA, ids, original


def test_pasted_text() -> None:
    mail = read_text("From: Erika Muster <erika@example.de>\nSubject: Wohnung\n\nHallo")
    assert mail is not None and (mail.sender, mail.subject, mail.text) == (ERIKA, "Wohnung", "Hallo")
    assert mail.forward is None
    mail = read_text("\n  Von: Erika Muster\nBetreff: Wohnung\n\nHallo")
    assert mail is not None and mail.sender == Participant("Erika Muster") and mail.text == "Hallo"
    mail = read_text("Bitte ablegen\n\n" + BLOCK)
    assert mail is not None and mail.forward is not None and mail.forward.note == "Bitte ablegen"
    mail = read_text(original().as_string())
    assert mail is not None and mail.message_ids == ids(("<o1@example.de>", IdSource.OWN))
    assert read_text("Bitte ruf Erika an.") is None and read_text("") is None
