"""A mail's file becomes the forward that a colleague would send to the channel's address."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.forwarding import LARGEST_BYTES, NoMail, forwarded
from sandbox.slack.workspace import Person

ANNA = Person("U0ANNA", "anna", "Anna Berger", "anna.berger@nordlicht.example")
HEADERS = (
    b"From: =?utf-8?q?J=C3=BCrgen?= <j@example.de>\r\nTo: info@nordlicht.example\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
)


def test_the_original_stands_below_the_line_and_its_attachments_come_along() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Jürgen <j@example.de>", "info@nordlicht.example", "Schlüssel"
    mail["Message-ID"] = "<one@example.de>"
    mail.set_content("Hallo\n")
    mail.add_alternative("<p>Hallo</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Plan.pdf")
    inner = EmailMessage()
    inner["From"] = "k@example.de"
    inner.set_content("innen")
    mail.add_attachment(inner)

    forward = forwarded("Mail.EML", mail.as_bytes(), ANNA)

    assert (forward.original, forward.subject) == ("<one@example.de>", "Schlüssel")
    arriving = forward.mail
    assert arriving.sender == "Anna Berger <anna.berger@nordlicht.example>"
    assert arriving.subject == "Fwd: Schlüssel"
    assert arriving.text.startswith("---------- Forwarded message ---------\nFrom: Jürgen <j@example.de>\n")
    assert arriving.text.endswith("\n\nHallo\n")
    assert arriving.html and "From: Jürgen &lt;j@example.de&gt;<br>" in arriving.html
    assert arriving.html.rstrip().endswith("</div>") and "<p>Hallo</p>" in arriving.html
    assert arriving.in_reply_to == "<one@example.de>"
    assert [(one.filename, one.mimetype) for one in arriving.attachments] == [
        ("Plan.pdf", "application/pdf"),
        ("attachment", "message/rfc822"),
    ]
    assert arriving.attachments[0].content == b"%PDF-1.4"
    assert b"innen" in arriving.attachments[1].content


def test_what_is_a_forward_already_stays_as_it_is() -> None:
    head = b"From: Max <m@example.de>\r\nTo: x@example.de\r\nSubject: WG: Angebot\r\nMessage-ID: <w@example.de>\r\n"
    content = head + b"\r\nVon: y\r\n"
    mail = forwarded("w.eml", content, ANNA).mail
    assert (mail.sender, mail.subject, mail.message_id) == ("Max <m@example.de>", "WG: Angebot", "<w@example.de>")


def test_letters_that_are_not_as_announced_are_read_all_the_same() -> None:
    for charset in (b"utf-8", b"no-such-charset", b"us-ascii"):
        content = HEADERS + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\nGr\xc3\xbc\xc3\x9fe \xff\r\n"
        forward = forwarded("x.eml", content, ANNA)
        assert forward.subject == "Grüße"
        assert "Jürgen" in forward.mail.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", HEADERS, "“a.txt” is not a mail. In your mail program save the mail as an .eml file"),
        ("a.eml", b"", "“a.eml” cannot be read as a mail"),
        ("a.eml", b"From: nobody\r\n\r\nx", "names no sender"),
        ("a.eml", HEADERS + b"x" * LARGEST_BYTES, "“a.eml” is too large: a mail may have 25 MB"),
    ],
)
def test_what_cannot_be_sent_says_why(name: str, content: bytes, said: str) -> None:
    with pytest.raises(NoMail, match=said.replace(".", r"\.")):
        forwarded(name, content, ANNA)


@given(
    st.binary(max_size=400), st.sampled_from([b"", HEADERS, HEADERS + b"Content-Type: multipart/mixed; boundary=x\r\n"])
)
def test_whatever_stands_in_a_file_it_is_a_mail_or_is_refused(content: bytes, head: bytes) -> None:
    try:
        forward = forwarded("x.eml", head + content, ANNA)
    except NoMail:
        return
    assert forward.mail.sender
