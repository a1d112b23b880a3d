"""The structured parts of mails, a format at a time, whole and broken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail import Attachment, Mail
from bot.mail.leads import Lead, Person, Property, adf, calendar, json_ld, read_structured, vcard
from bot.mail.leads.calendar import Method

ERIKA = Person("Erika Muster", "erika@example.de", ("0171 555", "030 12"), "Muster AG", "Amselweg 1, 20095 Hamburg")
FEEDBACK = """<?xml version="1.0"?><openimmo_feedback><sender><name>Portal</name></sender><objekt>
<portal_obj_id>99</portal_obj_id><oobj_id>HB-7</oobj_id><strasse>Deich 3</strasse><ort>25421 Pinneberg</ort>
<interessent><vorname>Erika</vorname><nachname>Muster</nachname><firma>Muster AG</firma><strasse>Amselweg 1</strasse>
<plz>20095</plz><ort>Hamburg</ort><tel>030 12</tel><mobil>0171 555</mobil><email>erika@example.de</email>
<anfrage>Bitte anrufen.</anfrage></interessent></objekt></openimmo_feedback>"""
ANFRAGE = """<objektanfrage><objekt><o_refnr>HB-7</o_refnr><o_strasse>Deich 3</o_strasse><o_ort>25421 Pinneberg</o_ort>
</objekt><interessent><i_vorname>Erika</i_vorname><i_name>Muster</i_name><i_firma>Muster AG</i_firma>
<i_tel>030 12</i_tel><i_mobil>0171 555</i_mobil><i_email>erika@example.de</i_email>
<i_strasse>Amselweg 1</i_strasse><i_plz>20095</i_plz><i_ort>Hamburg</i_ort>
<i_info>Bitte anrufen.</i_info></interessent></objektanfrage>"""
ADF = """<?xml version="1.0"?>
<?adf version="1.0"?>
<adf><prospect><vehicle><year>2021</year><make>Example</make><stock>ST-4</stock></vehicle><customer><contact>
<name part="first">Erika</name><name part="last">Muster</name><email>erika@example.de</email><phone>0171 555</phone>
</contact><comments>Call me</comments></customer><vendor><contact><name>Autos</name></contact></vendor>
</prospect></adf>"""
ICS = """BEGIN:VCALENDAR
METHOD:{}
BEGIN:VEVENT
SUMMARY:Besichtigung
LOCATION:Deich 3\\, 25421 Pinneberg
ORGANIZER;CN=Max Makler:mailto:max@example.com
ATTENDEE;CN="Muster, Erika";PARTSTAT=ACCEPTED:mailto:erika@example.de
DESCRIPTION:Objekt HB-7
DTSTART:nonsense
END:VEVENT
END:VCALENDAR"""
CARD = "BEGIN:VCARD\nVERSION:3.0\nN:Muster;Erika;;;\nTEL:030 12\nEMAIL:erika@example.de\nEND:VCARD"
PARTS = [
    ("openimmo_feedback.xml", "text/xml", FEEDBACK),
    ("anfrage.xml", "application/xml", ANFRAGE),
    ("lead.adf", "application/octet-stream", ADF),
    ("card.vcf", "text/vcard", CARD),
    ("invite.ics", "text/calendar", ICS.format("REPLY")),
]


def attached(name: str, kind: str, content: str | bytes) -> Mail:
    raw = content.encode() if isinstance(content, str) else content
    return Mail(attachments=(Attachment(name, kind, len(raw), raw),))


@pytest.mark.parametrize("document", [FEEDBACK, ANFRAGE])
@pytest.mark.parametrize(("name", "kind"), [("a.xml", "application/octet-stream"), ("a", "text/xml; charset=utf-8")])
def test_what_german_portals_attach(document: str, name: str, kind: str) -> None:
    wanted = Lead(ERIKA, (Property("HB-7", "Deich 3, 25421 Pinneberg"),), "Bitte anrufen.")
    assert read_structured(attached(name, kind, document)).lead == wanted
    assert (
        read_structured(attached(name, kind, f"<a xmlns='urn:x'>{document.partition('?>')[2] or document}</a>")).lead
        == wanted
    )
    latin = document.partition("?>")[2] or document
    raw = f"<?xml version='1.0' encoding='ISO-8859-1'?>{latin.replace('Erika', 'Ährika')}".encode("latin-1")
    person = getattr(read_structured(attached(name, kind, raw)).lead, "person", Person())
    assert person.name == "Ährika Muster"


def test_adf_attached_and_as_the_text() -> None:
    wanted = Lead(
        Person("Erika Muster", "erika@example.de", ("0171 555",)), (Property("ST-4", title="2021 Example"),), "Call me"
    )
    assert read_structured(attached("lead.adf", "application/octet-stream", ADF)).lead == wanted
    found = read_structured(Mail(text=f"Hallo\n{ADF}\nEnde"))
    assert found.lead == wanted
    assert found.hidden == (6, 6 + len(ADF))
    assert adf.span("an <adfghi> of </adf>") is None
    assert adf.span("</adf><adf") is None


def test_xml_of_no_known_kind_and_xml_that_attacks() -> None:
    for document in (
        "<rss><channel/></rss>",
        "no xml at all",
        "",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><openimmo_feedback><interessent><email>&x;</email>'
        "</interessent></openimmo_feedback>",
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><openimmo_feedback><objekt/>'
        "<interessent><email>&b;&b;</email></interessent></openimmo_feedback>",
        "<adf>" * 5_000,
    ):
        lead = read_structured(attached("a.xml", "text/xml", document)).lead
        assert lead is None or lead.person in (None, Person())


@pytest.mark.parametrize(
    "card",
    [
        "BEGIN:VCARD\nVERSION:3.0\nN:Löhr;Anna;;;\nFN:Anna Löhr\nTEL;TYPE=CELL:0172 555\n"
        "item1.EMAIL;TYPE=INTERNET:a@example.de\nADR;TYPE=HOME:;;Amselweg 1;Hamburg;;20095;DE\nEND:VCARD",
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:L=C3=B6hr;An=\r\nna\r\n"
        "TEL;CELL;VOICE:0172 555\r\nEMAIL;INTERNET:a@example.de\r\n"
        "ADR;HOME:;;Amselweg 1;Hamburg;;20095;\r\nEND:VCARD\r\n",
        "BEGIN:VCARD\nVERSION:4.0\nFN:Anna\n  Löhr\nbroken line\nTEL;VALUE=uri:tel:0172 555\nEMAIL:a@example.de\n"
        "ADR:;;Amselweg 1;Hamburg;;20095;\nEND:VCARD",
    ],
)
def test_address_cards_of_all_versions(card: str) -> None:
    assert vcard.read(card.encode()) == (
        Person("Anna Löhr", "a@example.de", ("0172 555",), "", "Amselweg 1, 20095 Hamburg"),
    )


def test_a_card_that_never_ends_and_one_that_says_nothing() -> None:
    assert vcard.read(b"BEGIN:VCARD\nFN:A B") == ()
    assert vcard.read(b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD") == ()


@pytest.mark.parametrize(
    ("method", "meant", "first"),
    [
        ("REQUEST", Method.INVITATION, "Max Makler"),
        ("REPLY", Method.ANSWER, "Erika Muster"),
        ("CANCEL", Method.CANCELLATION, "Max Makler"),
    ],
)
def test_invitations_answers_and_cancellations(method: str, meant: Method, first: str) -> None:
    found = calendar.read(ICS.format(method).encode())
    assert found is not None
    assert (found.method, found.location, found.summary) == (meant, "Deich 3, 25421 Pinneberg", "Besichtigung")
    assert found.people[0].name == first
    assert {one.address for one in found.people} == {"max@example.com", "erika@example.de"}
    assert "Objekt HB-7" in found.lead.message


def test_calendars_that_are_none() -> None:
    for content in (b"", b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\nEND:VCALENDAR", b"\xff\xfe\x00", ICS[:90].encode()):
        assert calendar.read(content) is None or content.startswith(b"BEGIN")


LD = {
    "@context": "http://schema.org",
    "@type": "EmailMessage",
    "about": {
        "@type": "RealEstateListing",
        "identifier": {"@type": "PropertyValue", "value": "HB-7"},
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "Deich 3",
            "postalCode": "25421",
            "addressLocality": "Pinneberg",
        },
    },
    "sender": {"@type": "Person", "name": "Erika Muster", "email": "mailto:erika@example.de", "telephone": "030 12"},
}


@pytest.mark.parametrize("document", [LD, [LD], {"@graph": [LD]}])
def test_json_ld(document: object) -> None:
    html = f"<html><script type='application/ld+json'>{json.dumps(document)}</script><p>Neue Anfrage</p></html>"
    wanted = Lead(
        Person("Erika Muster", "erika@example.de", ("030 12",)), (Property("HB-7", "Deich 3, 25421 Pinneberg"),)
    )
    assert json_ld.read(html) == wanted


@pytest.mark.parametrize(
    "script", ["{", "[]", '"x"', "null", "[" * 3_000, '{"@type": "Person"}', '{"@type": 1, "name": [[1]]}']
)
def test_json_ld_that_says_nothing(script: str) -> None:
    found = json_ld.read(f'<script type="application/ld+json">{script}</script>')
    assert found is None or found.person in (None, Person())


@given(st.binary(max_size=300), st.sampled_from(["a.xml", "a.vcf", "a.ics"]), st.sampled_from([FEEDBACK, ADF, ICS, ""]))
def test_any_bytes_can_be_read(junk: bytes, name: str, around: str) -> None:
    raw = around.encode()
    cut = len(junk) % (len(raw) + 1)
    read_structured(attached(name, "", raw[:cut] + junk + raw[cut:]))
