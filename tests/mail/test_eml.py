"""Mails as .eml files: forwards in their text, the ids they give, and bytes in all their forms."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail import IdSource, Participant, fingerprint, from_json, read_eml, read_file, to_dict, to_json
from tests.mail.samples import BLOCK, ERIKA, MAX, forward, ids, original
from tests.saying import english


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
