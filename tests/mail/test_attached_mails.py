"""Mails that are attached to a mail: when they are what was forwarded."""

from __future__ import annotations

from base64 import encodebytes
from quopri import encodestring

import pytest

from bot.mail import IdSource, read_all, read_eml
from tests.mail.samples import ERIKA, MAX, forward, ids, original
from tests.saying import english


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
