"""Mails as programs in the wild write them: senders with commas, raw headers, sealed bodies, odd characters."""

from __future__ import annotations

import struct
from base64 import encodebytes
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from bot.mail import Mail, Participant, customer, fingerprint, read_eml, read_slack_file, read_text, to_json
from bot.mail.parts import MAX_PARTS, TOO_MANY_PARTS
from bot.mail.smime import ENCRYPTED, UNREADABLE
from bot.mail.tnef import MAGIC, NOT_OPENED
from tests.mail.test_slack import mail_file

HEAD = b"From: Erika Muster <erika@example.de>\nTo: max@example.com\nSubject: Wohnung\n"


def read(head: str, body: str = "Hallo") -> Mail:
    return read_eml(f"{head}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n".encode())


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("Kanzlei Holm, Dr. Arne Holm <a@example.de>", "Kanzlei Holm, Dr. Arne Holm"),
        ("Peter Ashdown, Jr <a@example.de>", "Peter Ashdown, Jr"),
        ("Holm, Arne, Dr. <a@example.de>", "Holm, Arne, Dr."),
        ("Haus & Grund, Region Nord, Frau Petra Lind <a@example.de>", "Haus & Grund, Region Nord, Frau Petra Lind"),
        ('"Holm, Arne" <a@example.de>', "Holm, Arne"),
    ],
)
def test_commas_in_a_sender_part_nobody(sender: str, name: str) -> None:
    wanted = Participant(name, "a@example.de")
    assert read(f"From: {sender}\nTo: max@example.com\nSubject: x").sender == wanted
    block = f"Bitte ablegen\n\nVon: {sender}\nGesendet: 18.11.2026 09:31\nAn: max@example.com\nBetreff: x\n\nHallo"
    forwarded = read("From: max@example.com\nSubject: WG: x", block)
    assert forwarded.sender == wanted and forwarded.forward is not None


def test_commas_in_a_list_and_groups() -> None:
    mail = read("From: a@example.de\nTo: Kanzlei Holm, Dr. Arne Holm <h@example.de>, b@example.de\n"
                "Cc: Eigentümer: Oskar Tamm <o@example.de>, rita@example.de;\nSubject: x")  # fmt: skip
    assert mail.to == (Participant("Kanzlei Holm, Dr. Arne Holm", "h@example.de"), Participant(None, "b@example.de"))
    assert mail.cc == (Participant("Oskar Tamm", "o@example.de"), Participant(None, "rita@example.de"))
    assert read("From: a@example.de\nTo: undisclosed-recipients:;\nSubject: x").to == ()


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("koi8-r", "Квартира на Садовой"),
        ("iso-8859-2", "Łąka przy lesie"),
        ("windows-1253", "Διαμέρισμα στην Αθήνα"),
        ("iso-2022-jp", "部屋の見学"),
        ("utf-8", "Größe der Wohnung"),
        ("us-ascii", "Flat 5"),
    ],
)
def test_a_raw_header_is_in_the_character_set_of_the_body(charset: str, words: str) -> None:
    head = f"From: {words} <a@example.de>\nSubject: {words}\nMIME-Version: 1.0\nContent-Type: text/plain"
    mail = read_eml(f"{head}; charset={charset}\n\n{words}\n".encode(charset))
    assert mail.subject == mail.text == words and mail.sender == Participant(words, "a@example.de")


BAD = "Flat\0 \udce5 \ud83d 5"


@pytest.mark.parametrize(
    "mail",
    [
        read_text(f"From: {BAD} <a@example.de>\nSubject: {BAD}\nDate: 18.11.2026 09:31\n\n{BAD}"),
        read_slack_file(mail_file(subject=BAD, plain_text=BAD, attachments=[{"filename": BAD, "mimetype": BAD}])),
        read_slack_file(mail_file(plain_text=BAD), f"<p>{BAD}</p>"),
        read_eml(HEAD.replace(b"Wohnung", b"=?utf-8?q?Flat=00_=ED=A0=BD?=") + b"\nElm\0 \xed\xa0\xbd"),
    ],
)
def test_what_no_database_takes_is_replaced_at_the_edge(mail: Mail) -> None:
    fingerprint(mail)
    assert "\\u0000" not in to_json(mail) and "\\ud83d" not in to_json(mail) and "\\udce5" not in to_json(mail)


def test_a_mail_signed_as_a_whole_is_read() -> None:
    inner = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Ist die Wohnung noch frei?</p>\r\n"
    for options in ([pkcs7.PKCS7Options.Binary], [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoAttributes]):
        mail = read_eml(_sealed(_signed(inner, options)))
        assert mail.text == "Ist die Wohnung noch frei?" and not mail.attachments and not mail.notes
    assert read_eml(_sealed(_with_open_lengths(inner))).text == "Ist die Wohnung noch frei?"


def test_what_cannot_be_opened_is_said_with_what_to_do() -> None:
    key, certificate = _identity()
    secret = pkcs7.PKCS7EnvelopeBuilder().set_data(b"Hallo").add_recipient(certificate).encrypt(Encoding.DER, [])
    assert key and read_eml(_sealed(secret)).notes == (ENCRYPTED,)
    damaged = read_eml(_sealed(_signed(b"Hallo", [pkcs7.PKCS7Options.Binary])[:60]))
    assert damaged.notes == (UNREADABLE,) and [one.filename for one in damaged.attachments] == ["smime.p7m"]
    for closed in (b"\x30\x80" * 50_000, b"\x30\x80" + b"\x04\x00" * 200_000, b"\x24\x80" * 9, b""):
        assert read_eml(_sealed(closed)).notes == (UNREADABLE,)
    pgp = HEAD + b"Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\n"
    assert read_eml(pgp + b"Version: 1\n--b--\n").notes == (ENCRYPTED,)
    assert read_eml(HEAD + b"\n-----BEGIN PGP MESSAGE-----\nx\n").notes == (ENCRYPTED,)


def test_winmail_dat_is_opened() -> None:
    mail = read_eml(_with_winmail(_winmail()))
    assert mail.text == "Ist die Wohnung in der Größe noch frei?" and not mail.notes
    (file,) = mail.attachments
    assert (file.filename, file.content) == ("Grundriss.pdf", b"%PDF")
    beside = read_eml(_with_winmail(_winmail(), b"Das steht daneben."))
    assert beside.text == "Das steht daneben." and [one.filename for one in beside.attachments] == ["Grundriss.pdf"]


def test_a_winmail_dat_that_cannot_be_opened_is_said() -> None:
    for broken in (b"x", MAGIC, _winmail()[:30], MAGIC + b"\0\0" + b"\1" * 500):
        mail = read_eml(_with_winmail(broken))
        assert mail.notes == (NOT_OPENED,) and [one.filename for one in mail.attachments] == ["winmail.dat"]


def test_parts_left_out_are_said() -> None:
    part = b"--b\nContent-Type: application/pdf; name=x.pdf\n\nx\n"
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHallo\n"
    mail = read_eml(head + part * (MAX_PARTS + 5) + b"--b--\n")
    assert mail.notes == (TOO_MANY_PARTS,) and mail.text == "Hallo" and len(mail.attachments) > MAX_PARTS - 5
    assert read_eml(head + part * 5 + b"--b--\n").notes == ()


def test_a_pasted_forward_is_the_mail_that_it_carries() -> None:
    inner = "Von: Erika Muster <erika@example.de>\nGesendet: 17.11.2026 08:00\nAn: max@example.com\nBetreff: Wohnung"
    outer = "Von: Max Müller <max@example.com>\nGesendet: 18.11.2026 09:00\nAn: b@example.com\nBetreff: WG: Wohnung"
    mail = read_text(f"{outer}\n\nBitte ablegen\n\n{inner}\n\nIst sie frei?")
    assert mail is not None and mail.sender == Participant("Erika Muster", "erika@example.de")
    assert mail.text == "Ist sie frei?" and mail.forward is not None
    assert mail.forward.by == Participant("Max Müller", "max@example.com") and mail.forward.note == "Bitte ablegen"
    noted = read_text(f"Zu Objekt 12\n\n{outer}\n\nBitte ablegen\n\n{inner}\n\nIst sie frei?")
    assert noted is not None and noted.forward is not None
    assert noted.sender == mail.sender and noted.forward.note == "Zu Objekt 12\n\nBitte ablegen"
    separated = read_text(f"{outer}\n\n---------- Forwarded message ---------\n{inner}\n\nIst sie frei?")
    assert separated is not None and separated.sender == mail.sender
    plain = read_text(f"{outer.replace('WG: ', '')}\n\nIst sie frei?")
    assert plain is not None and plain.forward is None and plain.sender == Participant("Max Müller", "max@example.com")


def test_a_reply_that_is_pasted_stays_what_it_is() -> None:
    inner = "Von: Erika Muster <erika@example.de>\nGesendet: 17.11.2026 08:00\nAn: max@example.com\nBetreff: Wohnung"
    outer = "Von: Max Müller <max@example.com>\nGesendet: 18.11.2026 09:00\nAn: e@example.de\nBetreff: AW: Wohnung"
    mail = read_text(f"{outer}\n\nJa, ist sie.\n\n{inner}\n\nIst sie frei?")
    assert mail is not None and mail.sender == Participant("Max Müller", "max@example.com") and mail.forward is None


def test_links_as_slack_writes_them_are_read_as_they_are_shown() -> None:
    mail = read_text(
        "Von: Erika &lt;<mailto:erika@example.de|erika@example.de>&gt;\nGesendet: 18.11.2026 09:31\n"
        "An: <mailto:max@example.com|max@example.com>\nBetreff: Wohnung\n\n"
        "Tel. <tel:+4917012345|0170 12345>, siehe <https://example.com/a|example.com/a>"
    )
    assert mail is not None and mail.sender == Participant("Erika", "erika@example.de")
    assert mail.text == "Tel. 0170 12345, siehe example.com/a"


@pytest.mark.parametrize(
    ("block", "cc"),
    [
        ("Expeditorul: {}\nDestinatarul: max@example.com\nData: 18.11.2026 09:31\nSubiectul: Apartament", None),
        ("Avsändaren: {}\nMottagaren: max@example.com\nDatum: 18.11.2026 09:31\nÄmnet: Lägenhet", None),
        (
            "Od: {}\nDo: max@example.com\nDw rita@example.com\nData: 18.11.2026 09:31\nTemat: Mieszkanie",
            "rita@example.com",
        ),
        (
            "Od: {}\nWysłano: 18.11.2026 09:31\nDo: max@example.com\nDW Rita <rita@example.com>\nTemat: x",
            "rita@example.com",
        ),
    ],
)
def test_labels_in_other_forms_and_without_colon(block: str, cc: str | None) -> None:
    text = block.format("Erika Muster <erika@example.de>") + "\n\nHallo"
    mail = read("From: max@example.com\nSubject: Fwd: x", text)
    assert mail.sender == Participant("Erika Muster", "erika@example.de") and mail.date is not None
    assert mail.to == (Participant(None, "max@example.com"),) and mail.text == "Hallo"
    assert [one.address for one in mail.cc] == ([cc] if cc else [])


@pytest.mark.parametrize(
    "attribution",
    [
        "Op 24 aug. 2026 om 16:48 heeft Sanne de Wit <sanne@example.nl> het volgende\ngeschreven:",
        "On Tue, Nov 3, 2026 at 7:08 PM Sanne de Wit\n\n<\nmailto:Sanne de Wit <sanne@example.nl>\n> wrote:",
        "On Tue, Nov 3, 2026 at 7:08 PM Sanne de Wit < mailto:Sanne de Wit <sanne@example.nl> > wrote:",
    ],
)
def test_attributions_that_are_torn(attribution: str) -> None:
    mail = read("From: max@example.com\nSubject: Fwd: x", f"Notitie\n\n{attribution}\n\n> Is het vrij?")
    assert mail.sender == Participant("Sanne de Wit", "sanne@example.nl") and mail.text == "Is het vrij?"
    assert mail.forward is not None and mail.forward.note == "Notitie" and mail.date is not None


def _identity() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Erika")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=900))
    return key, builder.sign(key, SHA256())


def _signed(content: bytes, options: list[pkcs7.PKCS7Options]) -> bytes:
    key, certificate = _identity()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, SHA256())
    return builder.sign(Encoding.DER, options)


def _with_open_lengths(content: bytes) -> bytes:
    """As OpenSSL streams it: lengths left open, the content in pieces."""
    pieces = b"".join(b"\x04" + bytes([len(piece)]) + piece for piece in (content[:50], content[50:]))
    octets = b"\x24\x80" + pieces + b"\0\0"
    data = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010701") + b"\xa0\x80" + octets + b"\0\0\0\0"
    signed = b"\x30\x80\x02\x01\x01\x31\x00" + data + b"\x31\x00\0\0"
    return b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80" + signed + b"\0\0\0\0"


def _sealed(content: bytes) -> bytes:
    kind = b'Content-Type: application/pkcs7-mime; name="smime.p7m"\nContent-Transfer-Encoding: base64\n'
    return HEAD + kind + b'Content-Disposition: attachment; filename="smime.p7m"\n\n' + encodebytes(content)


def _winmail() -> bytes:
    text = "Ist die Wohnung in der Größe noch frei?\0".encode("utf-16-le")
    text += b"\0" * (-len(text) % 4)
    props = struct.pack("<I", 2) + struct.pack("<HHI", 0x0003, 0x0E07, 1)
    props += struct.pack("<HHII", 0x001F, 0x1000, 1, len(text)) + text
    name = b"Grundriss.pdf\0\0\0"
    long_name = struct.pack("<I", 1) + struct.pack("<HHII", 0x001E, 0x3707, 1, 14) + name
    attributes = [(1, 0x69003, props), (2, 0x69002, b"\0" * 14), (2, 0x18010, b"GRUNDR~1.PDF\0"),
                  (2, 0x6800F, b"%PDF"), (2, 0x69005, long_name)]  # fmt: skip
    packed = b"".join(struct.pack("<BII", level, kind, len(data)) + data + b"\0\0" for level, kind, data in attributes)
    return MAGIC + b"\0\0" + packed


def _with_winmail(content: bytes, text: bytes = b"") -> bytes:
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
    kind = b'\n--b\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
    return head + text + kind + encodebytes(content) + b"--b--\n"


HEADER = "Von: Erika Muster <erika@example.de>\nGesendet: 18.11.2026 09:31\nAn: max@example.com\nBetreff: Wohnung"
OWN = "Max Müller\nMuster Immobilien, Hafenstraße 7"


@pytest.mark.parametrize(
    "text",
    [
        "Bitte ablegen\n\n"
        + "\n".join(f"> {line}" for line in f"{HEADER}\n\nIst sie frei?".split("\n"))
        + f"\n\n{OWN}",
        f"Bitte ablegen\n\nAm 18.11.2026 um 09:31 schrieb Erika Muster <erika@example.de>:\n\n> Ist sie frei?\n\n{OWN}",
        f"Bitte ablegen\n\n----- Weitergeleitete Nachricht -----\n{HEADER}\n\nIst sie frei?\n\n"
        f"----- Ende der weitergeleiteten Nachricht -----\n\n{OWN}",
    ],
)
def test_what_the_forwarder_wrote_below_is_not_the_originals(text: str) -> None:
    mail = read("From: Max Müller <max@example.com>\nSubject: WG: Wohnung", text)
    assert mail.sender == Participant("Erika Muster", "erika@example.de") and mail.text == "Ist sie frei?"
    assert mail.forward is not None and mail.forward.note == f"Bitte ablegen\n\n{OWN}"


@pytest.mark.parametrize(
    "container", ["div class=gmail_quote", "div class='moz-forward-container'", "blockquote type=cite"]
)
def test_what_the_forwarder_wrote_below_in_html(container: str) -> None:
    header = HEADER.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    forward = f"<{container}><div>{header}</div><br><p>Ist sie <b>frei</b>?</p><p>Erika</p></{container.split()[0]}>"
    own = "<div class=gmail_signature>Max Müller<br>Muster Immobilien, Hafenstraße 7</div>"
    head = "From: max@example.com\nSubject: WG: Wohnung\nContent-Type: text/html; charset=utf-8\n\n"
    mail = read_eml(f"{head}<div>Bitte ablegen</div>{forward}{own}".encode())
    assert mail.sender == Participant("Erika Muster", "erika@example.de") and mail.text == "Ist sie frei?\n\nErika"
    assert mail.forward is not None and mail.forward.note == f"Bitte ablegen\n\n{OWN}"
    assert "<b>frei</b>" in (mail.html or "") and "Hafenstraße" not in (mail.html or "")
    assert read_eml(f"{head}{forward}".encode()).text == mail.text


def test_a_quoted_line_that_was_wrapped_stays_the_originals() -> None:
    text = f"> {HEADER}\n\nIst die Wohnung in der".replace("\n", "\n> ") + "\nLindenstraße frei?"
    mail = read("From: max@example.com\nSubject: WG: Wohnung", text)
    assert mail.text.split() == ["Ist", "die", "Wohnung", "in", "der", "Lindenstraße", "frei?"]


def test_a_shared_address_in_the_place_of_the_sender_is_not_who_wrote() -> None:
    head = 'Subject: x\nX-Original-From: "Erika Muster" <erika@example.de>\nFrom: Erika Muster <office@example.com>\n'
    wanted = Participant("Erika Muster", "erika@example.de")
    assert customer(read(f"{head}To: office@example.com")) == wanted
    assert customer(read(f"{head}Reply-To: Office <office@example.com>\nTo: max@example.com")) == wanted
    assert customer(read(f"{head}To: max@example.com")) == Participant("Erika Muster", "office@example.com")
