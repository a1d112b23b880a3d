"""Mails as Outlook's .msg files."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail import IdSource, Participant, UnreadableMail, read_msg
from tests.mail.msg_file import compound_file, message
from tests.mail.samples import BLOCK, ERIKA, MAX, ids, outlook_file
from tests.saying import english


def test_an_outlook_file() -> None:
    mail = read_msg(outlook_file())
    assert mail.sender == ERIKA and mail.to == (MAX,) and mail.cc == (Participant(None, "info@example.com"),)
    assert (mail.subject, mail.text) == ("Wohnung", "Guten Tag,\nist die Wohnung noch frei?")
    assert mail.date == datetime(2026, 11, 18, 8, 31, tzinfo=UTC)
    assert mail.message_ids == ids(("<o1@example.de>", IdSource.OWN))
    assert [(one.filename, one.content_type, one.size) for one in mail.attachments] == [
        ("Schufa.pdf", "application/pdf", 8_000)
    ]


def test_an_outlook_file_with_a_forward_in_its_text() -> None:
    raw = outlook_file(properties={0x0037: "WG: Wohnung", 0x1000: "Notiz\r\n\r\n" + BLOCK.replace("\n", "\r\n")})
    mail = read_msg(raw)
    assert mail.forward is not None and mail.forward.note == "Notiz" and mail.to == (MAX,)


def test_an_outlook_file_that_carries_another() -> None:
    inner = message({0x0037: "Wohnung", 0x0C1A: "Erika Muster", 0x5D01: "erika@example.de", 0x1000: "Frei?",
                     0x1035: "<o1@example.de>"}, embedded=True)  # fmt: skip
    outer = message(
        {0x0037: "Fwd: Wohnung", 0x0C1A: "Max Müller", 0x5D01: "max@example.com", 0x1000: "anbei"}, [], [inner]
    )
    mail = read_msg(compound_file(outer))
    assert mail.sender == ERIKA and mail.text == "Frei?" and mail.forward is not None
    assert mail.forward.by == MAX and mail.message_ids == ids(("<o1@example.de>", IdSource.ATTACHED))


def test_what_outlook_leaves_empty_is_missing() -> None:
    exchange = {0x5D01: "", 0x0C1F: "/O=EXAMPLE/CN=ERIKA", 0x1035: "", 0x0039: datetime(1601, 1, 1, tzinfo=UTC)}
    mail = read_msg(outlook_file(properties=exchange))
    assert mail.sender == Participant("Erika Muster", None) and mail.date is None and mail.message_ids == ()


def test_an_outlook_file_of_rtf_alone_says_so() -> None:
    mail = read_msg(outlook_file(properties={0x1000: "", 0x1009: b"\x2d\0\0\0LZFu"}))
    assert mail.text == "" and any("Forward the mail" in english(note) for note in mail.notes)


def test_an_outlook_file_of_rtf_alone_is_read() -> None:
    rtf = rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Calibri;}{\f1\fcharset238 Arial CE;}}\pard\f0 "
    rtf += (
        rb"Gr\'fc\'dfe \u-10179?\u-8704?\par {\field{\*\fldinst{HYPERLINK \"mailto:x\"}}{\fldrslt Erika}} {\f1 \'e8}}"
    )
    mail = read_msg(outlook_file(properties={0x1000: "", 0x1009: struct.pack("<II4sI", 0, 0, b"MELA", 0) + rtf}))
    assert mail.text == "Grüße 😀\nErika č" and not mail.notes


def test_a_received_outlook_file_takes_from_its_transport_headers() -> None:
    headers = "From: Erika Muster <erika@example.de>\r\nMessage-ID: <t1@example.de>\r\nIn-Reply-To: <p@example.de>\r\n"
    mail = read_msg(outlook_file(properties={0x007D: headers, 0x1035: "", 0x5D01: ""}))
    assert mail.sender == ERIKA and mail.message_ids == ids(("<t1@example.de>", IdSource.OWN))


@pytest.mark.parametrize("raw", [b"", b"text", outlook_file()[:700], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_what_is_no_outlook_file_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(UnreadableMail) as refused:
        read_msg(raw)
    said = english(refused.value.message)
    assert said.endswith(".") and " " in said


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3_000), st.binary(min_size=1, max_size=40))
def test_damaged_outlook_files_are_read_or_refused(place: int, noise: bytes) -> None:
    whole = outlook_file()
    try:
        read_msg(whole[:place] + noise + whole[place + len(noise) :])
    except UnreadableMail as refused:
        assert refused.message
