"""Mails as files: .eml in all their forms, Outlook's .msg, and text."""

from __future__ import annotations

import json
import struct
from base64 import encodebytes
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from quopri import encodestring
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import plain
from bot.mail import (
    IdSource,
    MessageId,
    Participant,
    UnreadableMail,
    fingerprint,
    from_json,
    read_all,
    read_eml,
    read_file,
    read_msg,
    read_text,
    to_dict,
    to_json,
)
from bot.mail.model import Mail
from tests.mail.msg_file import compound_file, message
from tests.saying import english, raises

ERIKA = Participant("Erika Muster", "erika@example.de")
MAX = Participant("Max Müller", "max@example.com")
BLOCK = """Von: Erika Muster <erika@example.de>
Gesendet: Mittwoch, 18. November 2026 09:31
An: Max Müller <max@example.com>
Betreff: Wohnung

Guten Tag,
ist die Wohnung noch frei?
"""


def original() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Erika Muster <erika@example.de>", "max@example.com", "Wohnung"
    mail["Message-ID"], mail["Date"] = "<o1@example.de>", "Wed, 18 Nov 2026 09:31:00 +0100"
    mail.set_content("Guten Tag,\nist die Wohnung noch frei? Grüße\n")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Schufa.pdf")
    return mail


def forward(text: str = "Bitte ablegen\n\n" + BLOCK, subject: str = "WG: Wohnung", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Max Müller <max@example.com>", "slack@example.com", subject
    mail["Message-ID"], mail["Date"] = "<f1@example.com>", "Wed, 18 Nov 2026 10:00:00 +0100"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def ids(*pairs: tuple[str, IdSource]) -> tuple[MessageId, ...]:
    return tuple(MessageId(value, source) for value, source in pairs)


def test_a_mail_that_is_no_forward_is_itself() -> None:
    mail = read_eml(original().as_bytes())
    assert mail.sender == ERIKA and mail.to == (Participant(None, "max@example.com"),)
    assert (mail.subject, mail.forward, mail.chain) == ("Wohnung", None, ())
    assert mail.message_ids == ids(("<o1@example.de>", IdSource.OWN))
    assert mail.date == datetime(2026, 11, 18, 9, 31, tzinfo=timezone(timedelta(hours=1)))
    assert mail.text == "Guten Tag,\nist die Wohnung noch frei? Grüße"
    assert [(one.filename, one.content, one.size) for one in mail.attachments] == [("Schufa.pdf", b"%PDF", 4)]


def test_a_reply_keeps_only_its_own_id() -> None:
    reply = forward("Danke!\n\n" + BLOCK, "AW: Wohnung", In_Reply_To="<o1@example.de>", References="<o1@example.de>")
    mail = read_eml(reply.as_bytes())
    assert mail.forward is None and mail.message_ids == ids(("<f1@example.com>", IdSource.OWN))
    assert mail.sender == MAX


def test_an_inline_forward() -> None:
    mail = read_eml(forward().as_bytes())
    assert mail.sender == ERIKA and mail.to == (MAX,) and mail.subject == "Wohnung"
    assert mail.text == "Guten Tag,\nist die Wohnung noch frei?"
    assert mail.forward is not None
    assert (mail.forward.by, mail.forward.note, mail.forward.subject) == (MAX, "Bitte ablegen", "WG: Wohnung")
    assert mail.forward.message_id == "<f1@example.com>" and mail.forward.date is not None
    assert mail.message_ids == ()


def test_candidates_come_in_the_order_of_trust() -> None:
    both = "<a@example.de>\n <o3@example.de>"
    mail = read_eml(
        forward(
            X_Forwarded_Message_Id="<o1@example.de> <o2@example.de>",
            In_Reply_To="<o2@example.de>",
            References=both.replace("\n", ""),
        ).as_bytes()
    )
    assert mail.message_ids == ids(
        ("<o1@example.de>", IdSource.FORWARDED),
        ("<o2@example.de>", IdSource.FORWARDED),
        ("<o3@example.de>", IdSource.REFERENCES),
    )


def test_a_folded_id_is_one_id() -> None:
    raw = forward().as_bytes().replace(b"Subject:", b"In-Reply-To:\n <AM0PR.long@eurprd\n .example.com>\nSubject:", 1)
    assert read_eml(raw).message_ids == ids(("<AM0PR.long@eurprd.example.com>", IdSource.IN_REPLY_TO))


@pytest.mark.parametrize("how", ["7bit", "base64", "octet-stream", "quoted-printable"])
def test_an_attached_mail_is_the_original(how: str) -> None:
    inner = original().as_bytes()
    outer = forward("anbei die Anfrage", "Fwd: Wohnung")
    if how == "octet-stream":
        outer.add_attachment(inner, maintype="application", subtype="octet-stream", filename="Wohnung.eml")
        raw = outer.as_bytes()
    else:
        outer.make_mixed()
        raw = outer.as_bytes()
        boundary = raw.split(b'boundary="')[1].split(b'"')[0]
        encoded = {"7bit": inner, "base64": encodebytes(inner), "quoted-printable": encodestring(inner)}[how]
        part = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: " + how.encode() + b"\n\n" + encoded
        raw = raw.replace(b"--" + boundary + b"--", b"--" + boundary + b"\n" + part + b"\n--" + boundary + b"--")
    mail = read_eml(raw)
    assert mail.sender == ERIKA and mail.subject == "Wohnung" and "noch frei? Grüße" in mail.text
    assert mail.message_ids == ids(("<o1@example.de>", IdSource.ATTACHED))
    assert mail.forward is not None and mail.forward.note == "anbei die Anfrage"
    assert [one.filename for one in mail.attachments] == ["Schufa.pdf"]


def test_an_attached_forward_is_the_original_and_its_own_original_the_chain() -> None:
    outer = forward("Siehe unten", "Fwd: WG: Wohnung")
    outer.replace_header("Message-ID", "<f2@example.com>")
    outer.add_attachment(forward())
    mail = read_eml(outer.as_bytes())
    assert mail.sender == MAX and mail.subject == "WG: Wohnung" and mail.forward is not None
    assert mail.message_ids == ids(("<f1@example.com>", IdSource.ATTACHED))
    assert [(one.sender, one.subject) for one in mail.chain] == [(ERIKA, "Wohnung")]


def test_a_mail_attached_to_a_reply_is_an_attachment() -> None:
    outer = forward("Hier die alte Mail, die du meintest.", "AW: Frage")
    outer.add_attachment(original())
    mail = read_eml(outer.as_bytes())
    assert mail.sender == MAX and mail.forward is None
    assert [one.content_type for one in mail.attachments] == ["message/rfc822"]


def test_a_quoted_mail_that_had_a_mail_attached() -> None:
    outer = forward()
    attached = original()
    attached.replace_header("Subject", "Ältere Anfrage")
    outer.add_attachment(attached)
    assert read_eml(outer.as_bytes()).subject == "Wohnung"


def test_a_delivery_report_is_no_forward() -> None:
    raw = b"From: Mail System <postmaster@example.com>\nSubject: Undelivered\nMIME-Version: 1.0\n"
    raw += (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
    )
    raw += b"could not be delivered\n--b\nContent-Type: message/rfc822\n\n" + original().as_bytes() + b"\n--b--\n"
    mail = read_eml(raw)
    assert mail.forward is None and mail.sender is not None and mail.sender.address == "postmaster@example.com"


def test_several_attached_mails_are_said() -> None:
    outer = forward("anbei", "Fwd: zwei Anfragen")
    outer.add_attachment(original())
    outer.add_attachment(original())
    assert any("2 mails are attached" in english(note) for note in read_eml(outer.as_bytes()).notes)


def test_each_of_several_attached_mails() -> None:
    second = original()
    second.replace_header("Message-ID", "<o2@example.de>")
    outer = forward("anbei", "Fwd: zwei Anfragen")
    for one in (original(), second, original()):
        outer.add_attachment(one)
    mails = read_all("beide.eml", outer.as_bytes())
    assert [mail.message_ids[0] for mail in mails] == list(
        ids(("<o1@example.de>", IdSource.ATTACHED), ("<o2@example.de>", IdSource.ATTACHED))
    )
    assert all(mail.forward and mail.forward.by == MAX and mail.notes == () for mail in mails)
    assert [mail.sender for mail in read_all("a.eml", original().as_bytes())] == [ERIKA]
    quoted = forward()
    quoted.add_attachment(original())
    quoted.add_attachment(second)
    assert {mail.sender for mail in read_all("a.eml", quoted.as_bytes())} == {ERIKA}
    reply = forward("Hier die alten Mails.", "AW: Frage")
    reply.add_attachment(original())
    reply.add_attachment(second)
    assert [mail.sender for mail in read_all("a.eml", reply.as_bytes())] == [MAX]


def test_the_chain_of_a_forwarded_forward() -> None:
    text = f"Notiz\n\n{BLOCK.replace('Betreff: Wohnung', 'Betreff: WG: Wohnung')}\n\n"
    text += "---------- Forwarded message ---------\nVon: Otto <otto@example.org>\nDate: 17.11.2026 08:00\n"
    text += "Subject: Wohnung\nTo: erika@example.de\n\nHallo"
    mail = read_eml(forward(text).as_bytes())
    assert mail.sender == ERIKA and [one.sender for one in mail.chain] == [Participant("Otto", "otto@example.org")]


def test_html_alone_is_enough_and_its_own_html_is_kept() -> None:
    html = "<p>Notiz</p><div>---------- Forwarded message ---------<br>Von: <b>Erika Muster</b> &lt;<a href='mailto:"
    html += (
        "erika@example.de'>erika@example.de</a>&gt;<br>Date: Mi., 18. Nov. 2026 um 09:31 Uhr<br>Subject: Wohnung<br>"
    )
    html += "To: max@example.com<br></div><br><p>Guten <i>Tag</i></p>"
    outer = forward()
    outer.set_content(html, subtype="html")
    mail = read_eml(outer.as_bytes())
    assert mail.sender == ERIKA and mail.text == "Guten Tag" and mail.html == "<p>Guten <i>Tag</i></p>"
    assert mail.forward is not None and mail.forward.note == "Notiz"


@pytest.mark.parametrize(
    ("declared", "encoding", "sure"),
    [
        ("utf-8", "utf-8", True),
        ("iso-8859-1", "cp1252", True),
        ("x-unknown", "utf-8", True),
        ("DEFAULT_CHARSET", "cp1252", True),
        ("us-ascii", "utf-8", True),
        ("utf-8", "cp1252", True),
        ("windows-1252", "cp1252", True),
        ("none", "cp1252", True),
        ("rot13", "utf-8", True),
    ],
)
def test_umlauts_survive_wrong_declarations(declared: str, encoding: str, sure: bool) -> None:
    raw = f"From: a@example.de\nSubject: x\nContent-Type: text/plain; charset={declared}\n"
    mail = read_eml(raw.encode() + b"Content-Transfer-Encoding: 8bit\n\n" + "Grüße – 5 €".encode(encoding))
    assert mail.text == "Grüße – 5 €" and (mail.notes == ()) is sure


def test_bytes_that_no_charset_explains_are_said_to_be_unsure() -> None:
    mail = read_eml(b"From: a@example.de\nContent-Type: text/plain\n\nab \x81\x8d cd")
    assert "ab" in mail.text and [english(note) for note in mail.notes] == [
        "Some characters of the mail could not be read."
    ]


def test_headers_with_raw_and_encoded_umlauts() -> None:
    raw = "From: Jürgen <j@example.de>\nSubject: Grüße\n\nx".encode("cp1252")
    assert read_eml(raw).subject == "Grüße" and read_eml(raw).sender == Participant("Jürgen", "j@example.de")
    raw = (
        b"From: =?utf-8?q?M=C3=BCller=2C_Max?= <m@example.de>, x@example.de\nSubject: =?iso-8859-1?B?R3L832U=?= an\n\nx"
    )
    mail = read_eml(raw)
    assert mail.sender == Participant("Müller, Max", "m@example.de") and mail.subject == "Grüße an"


def test_flowed_text_is_joined() -> None:
    raw = b"Subject: x\nFrom: a@example.de\nContent-Type: text/plain; format=flowed\n\nein langer \nSatz\n-- \nErika"
    assert read_eml(raw).text == "ein langer Satz\n--\nErika"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 100,
        b"Subject: x",
        b"From: \xff\xfe\nTo: ;,;<>\nDate: x\n\n\xff",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\n!!!\n--b--",
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n%%%",
        b"Subject: Fwd: x\nContent-Type: message/rfc822\n\n" * 300,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(1_500)),
        b"Subject: =?utf-8?b?!?= =?x?q?=?=\nFrom: =?a?b?c\nMessage-ID: <>\nReferences: <<>> <a b>\n\n",
        b"To: a group: x@example.de, y@example.de;\n\n",
        b"Content-Type: text/plain; charset=\"\n\nx",
        b"Content-Type: application/octet-stream; name*=utf-8''%ff%fe.eml\n\nx",
    ],
)  # fmt: skip
def test_hostile_bytes_are_read_without_an_error(raw: bytes) -> None:
    mail = read_eml(raw)
    assert from_json(to_json(mail)) == mail


@given(st.binary(max_size=400), st.sampled_from([b"", b"Subject: Fwd: x\n", b"Content-Type: text/html\n\n"]))
def test_any_bytes_are_read_without_an_error(raw: bytes, head: bytes) -> None:
    mail = read_eml(head + raw)
    assert from_json(to_json(mail)) == mail
    assert len(fingerprint(mail)) == 64
    to_dict(mail)


def test_the_same_mail_has_one_fingerprint_however_it_came() -> None:
    attached = forward("anbei", "Fwd: Wohnung")
    attached.add_attachment(original())
    quoted = forward(In_Reply_To="<o1@example.de>")
    again = forward("Noch einmal, mit anderer Notiz\n\n" + BLOCK, In_Reply_To="<o1@example.de>")
    again.replace_header("Message-ID", "<f9@example.com>")
    prints = {fingerprint(read_eml(one.as_bytes())) for one in (original(), attached, quoted, again)}
    assert len(prints) == 1


def test_without_ids_sender_subject_date_and_text_are_the_fingerprint() -> None:
    one = fingerprint(read_eml(forward().as_bytes()))
    assert one == fingerprint(read_eml(forward("Andere Notiz\n\n" + BLOCK, "Fwd: Wohnung").as_bytes()))
    assert one == fingerprint(
        read_eml(forward("Notiz\n\n" + BLOCK.replace("Guten Tag,\n", "Guten  Tag,\n\n")).as_bytes())
    )
    for other in (BLOCK.replace("09:31", "09:32"), BLOCK.replace("erika@", "otto@"), BLOCK.replace("frei", "da")):
        assert one != fingerprint(read_eml(forward("Notiz\n\n" + other).as_bytes()))


def outlook_file(**more: Any) -> bytes:
    properties: dict[int, Any] = {
        0x001A: "IPM.Note", 0x0037: "Wohnung", 0x0C1A: "Erika Muster", 0x5D01: "erika@example.de",
        0x1000: "Guten Tag,\r\nist die Wohnung noch frei?", 0x1035: "<o1@example.de>",
        0x0039: datetime(2026, 11, 18, 8, 31, tzinfo=UTC),
    }  # fmt: skip
    people: list[dict[int, Any]] = [
        {0x3001: "Max Müller", 0x39FE: "max@example.com", 0x0C15: 1},
        {0x3001: "info@example.com", 0x3003: "info@example.com", 0x0C15: 2},
    ]
    files: list[Any] = [{0x3707: "Schufa.pdf", 0x370E: "application/pdf", 0x3701: b"%PDF" * 2_000}]
    return compound_file(message(properties | more.pop("properties", {}), people, files))


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


def test_files_are_known_by_extension_and_first_bytes() -> None:
    assert read_file("Wohnung.eml", original().as_bytes()).sender == ERIKA
    assert read_file("Wohnung.msg", outlook_file()).sender == ERIKA
    assert read_file("Wohnung.eml", outlook_file()).sender == ERIKA
    assert read_file("Wohnung", original().as_bytes()).sender == ERIKA
    assert read_file("Wohnung.txt", BLOCK.encode()).sender == ERIKA
    assert read_file("Wohnung.txt", original().as_bytes()).message_ids == ids(("<o1@example.de>", IdSource.OWN))


@pytest.mark.parametrize(
    ("name", "raw"),
    [("a.msg", b"text"), ("a.txt", b"no mail in here"), ("a.eml", b" \n"), ("a.eml", b"%PDF-1.7\n%abc"), ("a", b"x")],
)
def test_files_without_a_mail_are_refused_in_a_sentence(name: str, raw: bytes) -> None:
    with pytest.raises(UnreadableMail) as refused:
        read_file(name, raw)
    said = english(refused.value.message)
    assert name in said and said.endswith(".")


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


def test_the_report_of_a_mail_is_json_without_bytes() -> None:
    outer = forward("anbei", "Fwd: Wohnung")
    outer.add_attachment(original())
    report = to_dict(read_eml(outer.as_bytes()))
    assert report["forwarded"] is True and report["from"] == {"name": "Erika Muster", "address": "erika@example.de"}
    assert report["date"] == "2026-11-18T09:31:00+01:00"
    assert report["message_ids"] == [{"id": "<o1@example.de>", "source": "attached mail"}]
    assert report["attachments"] == [
        {"filename": "Schufa.pdf", "content_type": "application/pdf", "size": 4, "inline": False}
    ]
    assert report["forward"]["by"] == {"name": "Max Müller", "address": "max@example.com"}


def test_notes_that_an_earlier_version_kept_as_words_are_read() -> None:
    kept = json.loads(to_json(Mail(subject="Anfrage", notes=(plain("x"),))))
    assert from_json(json.dumps(kept)).notes == (plain("x"),)
    kept["notes"] = ["The date of the original mail could not be read."]
    assert [english(note) for note in from_json(json.dumps(kept)).notes] == kept["notes"]


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"sender": 1}', "null"])
def test_json_that_is_no_mail_is_refused(broken: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_json(broken)


def mbox(*mails: bytes) -> bytes:
    line = b"From erika@example.de Thu Apr  6 16:17:08 2023\n"
    return b"".join(line + raw.replace(b"\nFrom ", b"\n>From ") + b"\n\n" for raw in mails)


def test_all_mails_of_an_mbox() -> None:
    second = b"From: erika@example.de\nSubject: Haus\nMessage-ID: <o2@example.de>\n\nGuten Tag\n\n"
    second += b"From Monday on I am away.\n\nFrom Max at 10:15 we know more in 2026\n"
    many = mbox(original().as_bytes(), second)
    for raw in (many, many.replace(b"\n", b"\r\n")):
        mails = read_all("Export.mbox", raw)
        assert [one.message_ids[0].value for one in mails] == ["<o1@example.de>", "<o2@example.de>"]
        assert "\nFrom Monday on" in mails[1].text and mails[1].text.endswith("2026")
        first = read_file("Export.mbox", raw)
        assert first.message_ids == mails[0].message_ids and "2 mails" in english(first.notes[0])
    alone = mbox(original().as_bytes())
    assert read_all("Export", alone) == [read_file("Export", alone)] and read_file("Export", alone).sender == ERIKA


def test_what_an_mbox_holds_beside_mails_is_left_out() -> None:
    assert len(read_all("Export.mbox", mbox(b"garbage", original().as_bytes(), b""))) == 1
    with raises(UnreadableMail, "not a mail"):
        read_all("Export.mbox", mbox(b"garbage", b""))


@pytest.mark.parametrize("raw", [b"", b"  ", b"garbage"])
def test_a_file_without_mails_has_none_to_list(raw: bytes) -> None:
    with pytest.raises(UnreadableMail):
        read_all("a.eml", raw)


@pytest.mark.parametrize("kind", ["text/plain", "message/rfc822", "multipart/mixed", "image/png"])
def test_a_character_set_that_the_standard_library_cannot_take(kind: str) -> None:
    head = f'From: erika@example.de\nSubject: x\nContent-Type: {kind}; charset="a\0b"\n\n'.encode()
    mail = read_file("a.eml", head + b"Gr\xfc\xdfe")
    assert str(mail.sender) == "erika@example.de" and (kind != "text/plain" or mail.text == "Grüße")


def test_the_mails_before_in_the_conversation_are_known_and_kept() -> None:
    raw = (
        b"From: b@example.de\nSubject: Re: Unterlagen\nMessage-ID: <3@example.de>\nIn-Reply-To: <2@example.de>\n"
        b"References: <1@example.de> <2@example.de>\n\nAnbei.\n"
    )
    mail = read_file("Antwort.eml", raw)
    assert mail.thread_ids == ("<2@example.de>", "<1@example.de>")
    assert from_json(to_json(mail)) == mail
