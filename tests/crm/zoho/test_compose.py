from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.crm.port import CRMError
from bot.crm.zoho import compose as limits
from bot.crm.zoho.associate import entry_with
from bot.crm.zoho.compose import Draft, compose, message_id, subject
from bot.mail import Attachment, Forward, IdSource, Mail, MailPlace, MessageId, Participant
from bot.records import Category, Record, RecordRef
from tests.needs import need
from tests.saying import english

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BEN = Participant("Ben Okafor", "ben.okafor@nordlicht.example")
EMILY = Participant("Emily Carter", "emily.carter@brightwater.example")
CONTACT = Record(
    RecordRef("zoho", "Contacts", "1"), Category.PERSON, "Emily Carter", emails=("emily.carter@brightwater.example",)
)
MAIL = Mail(
    sender=EMILY,
    to=(BEN,),
    subject="Brightwater – revised quote",
    date=NOW - timedelta(hours=3),
    message_ids=(MessageId("<quote.1@mail.example>", IdSource.OWN),),
    text="Hi Ben,\n\nfine & good <so far>.\nEmily",
)


def composed(mail: Mail, *records: Record, staff: tuple[Participant, ...] = (BEN,)) -> Draft:
    return compose(mail, None, staff=staff, records=records, now=NOW)


def entry(mail: Mail, *records: Record) -> dict[str, Any]:
    return dict(composed(mail, *records).entry)


def test_a_received_mail_in_full() -> None:
    assert entry(replace(MAIL, cc=(Participant(None, "x@example.com"),), bcc=(Participant("Y", "y@example.com"),))) == {
        "from": {"user_name": "Emily Carter", "email": "emily.carter@brightwater.example"},
        "to": [{"user_name": "Ben Okafor", "email": "ben.okafor@nordlicht.example"}],
        "cc": [{"user_name": "x@example.com", "email": "x@example.com"}],
        "bcc": [{"user_name": "Y", "email": "y@example.com"}],
        "subject": "Brightwater – revised quote",
        "content": "<p>Hi Ben,</p><p>fine &amp; good &lt;so far&gt;.<br>Emily</p>",
        "mail_format": "html",
        "date_time": "2026-11-20T09:00:00+00:00",
        "sent": False,
        "original_message_id": "<quote.1@mail.example>",
    }


def test_what_a_colleague_wrote_was_sent() -> None:
    mail = replace(MAIL, sender=replace(BEN, address="Ben.Okafor@Nordlicht.example"), to=(EMILY,))
    assert entry(mail)["sent"] is True
    assert entry(MAIL)["sent"] is False


@pytest.mark.parametrize(
    "person", [None, Participant("Unknown Person"), Participant("X", "no address"), Participant("X", "x@localhost")]
)
def test_without_a_senders_address_it_says_what_to_do(person: Participant | None) -> None:
    with pytest.raises(CRMError) as caught:
        composed(replace(MAIL, sender=person))
    assert caught.value.permanent
    assert "sender" in english(caught.value.message)
    assert "as an attachment" in english(caught.value.message)


def test_without_any_recipients_address_it_says_what_to_do() -> None:
    with pytest.raises(CRMError) as caught:
        composed(replace(MAIL, to=(Participant("Somebody Else"),)))
    assert "recipient" in english(caught.value.message)


def test_names_without_addresses_are_looked_up_among_colleagues_and_picked_records() -> None:
    draft = composed(replace(MAIL, sender=Participant("Emily  CARTER"), to=(Participant("Ben Okafor"),)), CONTACT)
    assert draft.entry["from"]["email"] == "emily.carter@brightwater.example"
    assert draft.entry["to"][0]["email"] == "ben.okafor@nordlicht.example"
    assert any("sender's address" in english(note) for note in draft.notes)


def test_a_name_with_two_addresses_is_not_guessed() -> None:
    other = replace(CONTACT, ref=RecordRef("zoho", "Contacts", "2"), emails=("emily@other.example",))
    with pytest.raises(CRMError):
        composed(replace(MAIL, sender=Participant("Emily Carter")), CONTACT, other)


def test_whoever_forwarded_a_received_mail_stands_in_for_unknown_recipients() -> None:
    mail = replace(
        MAIL, to=(Participant("Einkauf"),), forward=Forward(by=Participant("Anna", "anna@nordlicht.example"))
    )
    draft = composed(mail)
    assert draft.entry["to"] == [{"user_name": "Anna", "email": "anna@nordlicht.example"}]
    assert any("forwarded" in english(note) for note in draft.notes)
    with pytest.raises(CRMError):  # of a sent mail the forwarder is the sender, not the recipient
        composed(replace(mail, sender=BEN))


def test_copies_without_an_address_are_left_out_and_each_address_stands_once() -> None:
    mail = replace(MAIL, to=(BEN, Participant("B", "BEN.okafor@nordlicht.example")), cc=(Participant("No Address"),))
    assert entry(mail)["to"] == [{"user_name": "Ben Okafor", "email": "ben.okafor@nordlicht.example"}]
    assert "cc" not in entry(mail)


@pytest.mark.parametrize(("given", "taken"), [("", "(no subject)"), (" \n ", "(no subject)"), ("a\r\n b", "a b")])
def test_a_subject_is_one_line_and_never_empty(given: str, taken: str) -> None:
    assert subject(replace(MAIL, subject=given)) == taken


def test_dates() -> None:
    assert entry(replace(MAIL, date=NOW + timedelta(hours=7)))["date_time"] == "2026-11-20T12:00:00+00:00"
    berlin = datetime(2026, 11, 20, 10, 0, 5, 900, tzinfo=timezone(timedelta(hours=1)))
    assert entry(replace(MAIL, date=berlin))["date_time"] == "2026-11-20T10:00:05+01:00"
    assert entry(replace(MAIL, date=datetime(2026, 11, 1, 8, 0)))["date_time"] == "2026-11-01T08:00:00+00:00"  # noqa: DTZ001
    draft = composed(replace(MAIL, date=None))
    assert draft.entry["date_time"] == "2026-11-20T12:00:00+00:00"
    assert any("no date" in english(note) for note in draft.notes)


def test_which_message_id_stands_for_the_mail() -> None:
    def of(*ids: tuple[str, IdSource], forward: bool = True, place: MailPlace | None = None) -> str:
        found = tuple(MessageId(*each) for each in ids)
        return message_id(replace(MAIL, message_ids=found, forward=Forward() if forward else None), place)

    place = MailPlace("info@nordlicht.example", "INBOX", 1, 1, "<confirmed@x>")
    assert of(("<a@x>", IdSource.OWN), place=place) == "<confirmed@x>"
    assert of(("a@x", IdSource.OWN)) == "<a@x>"
    assert of(("<parent@x>", IdSource.IN_REPLY_TO)) == "<parent@x>"
    own = of()
    assert own.endswith("@linkbot.invalid>")
    assert len(own) <= limits.LONGEST_MESSAGE_ID
    assert own == of()
    # What names another mail, or the whole thread, must not make two mails one.
    assert of(("<parent@x>", IdSource.IN_REPLY_TO), forward=False) == own
    assert of(("<thread@x>", IdSource.REFERENCES)) == own
    assert own != message_id(replace(MAIL, message_ids=(), text="another mail"), None)


def test_html_is_cleaned() -> None:
    html = '<p onclick="x()">Hallo <b>Ben</b></p><script>steal()</script><img src="https://track.example/p.gif">'
    content = entry(replace(MAIL, html=html))["content"]
    assert content == "<p>Hallo <b>Ben</b></p>"


def test_a_mail_without_words_still_has_content() -> None:
    assert entry(replace(MAIL, text=" ", html="<script>x</script>"))["content"] == limits.NO_TEXT


def test_long_html_gives_way_to_its_words() -> None:
    draft = composed(replace(MAIL, html="<p><b>x</b></p>" * 5000))
    assert draft.entry["content"].startswith("<p>Hi Ben,")
    assert draft.notes == ()


@pytest.mark.parametrize("unit", ["ä", "<b>x</b>", "&", "Zeile\n", "<div>x"])
@pytest.mark.parametrize("as_html", [True, False])
def test_what_is_too_long_is_cut_cleanly_and_says_so(unit: str, as_html: bool) -> None:
    long = unit * 40_000
    draft = composed(replace(MAIL, text="" if as_html else long, html=long if as_html else None))
    content = draft.entry["content"]
    assert len(content) <= limits.LONGEST_CONTENT
    assert content.endswith(limits.SHORTENED) or as_html
    if content.endswith(limits.SHORTENED):
        assert any("longer than" in english(note) for note in draft.notes)
        assert len(content) > limits.LONGEST_CONTENT / 2
        assert content.count("<p>") == content.count("</p>")


def file(name: str, size: int, **more: Any) -> Attachment:
    return Attachment(name, "application/pdf", size, b"x" * size, **more)


MEGABYTE = 1024 * 1024


def test_attachments_go_along_and_those_that_are_not_at_hand_are_named() -> None:
    missing = Attachment("away.pdf", "application/pdf", 5, None, "https://files.example/1")
    draft = composed(replace(MAIL, attachments=(file("a.pdf", 9 * MEGABYTE), missing, file("c.pdf", MEGABYTE))))
    assert [upload.filename for upload in draft.uploads] == ["a.pdf", "c.pdf"]
    assert any("away.pdf" in english(note) for note in draft.notes)
    assert entry_with(draft, ["1", "2"])["attachments"] == [{"id": "1", "name": "a.pdf"}, {"id": "2", "name": "c.pdf"}]
    assert entry_with(draft, [None, "2"])["attachments"] == [{"id": "2", "name": "c.pdf"}]
    assert "attachments" not in entry_with(draft, [None, None])


def test_attachments_of_more_than_ten_megabytes_are_refused_with_a_sentence() -> None:
    with pytest.raises(CRMError) as caught:
        composed(replace(MAIL, attachments=(file("a.pdf", 6 * MEGABYTE), file("b.pdf", 4 * MEGABYTE + 1))))
    assert caught.value.permanent
    assert "10 MB" in english(caught.value.message)


def test_pictures_in_the_text_take_the_room_that_attachments_leave() -> None:
    html = '<img src="cid:a@1"><img src="cid:b@1">'
    pictures = [
        file("a.png", 2 * MEGABYTE, content_id="<a@1>", inline=True),
        file("b.png", MEGABYTE // 2, content_id="<b@1>", inline=True),
    ]
    draft = composed(replace(MAIL, html=html, attachments=(*pictures, file("plan.pdf", 9 * MEGABYTE))))
    assert [upload.filename for upload in draft.uploads] == ["b.png", "plan.pdf"]
    assert any("a.png" in english(note) for note in draft.notes)


def test_what_was_changed_is_said() -> None:
    def notes(**change: Any) -> str:
        return " ".join(map(english, composed(replace(MAIL, **change)).notes))

    assert notes() == ""
    assert "no subject" in notes(subject=" ")
    assert "subject is longer" in notes(subject="x" * 300)
    assert "no text" in notes(text=" ")
    assert "future" in notes(date=NOW + timedelta(hours=7))
    many = tuple(Participant(None, f"p{n}@example.com") for n in range(51))
    for key in ("to", "cc", "bcc"):
        assert "the others were left out" in notes(**{key: many})


def test_no_more_than_twenty_attachments() -> None:
    draft = composed(replace(MAIL, attachments=tuple(file(f"{n}.pdf", 1) for n in range(25))))
    assert len(draft.uploads) == 20
    assert any("24.pdf" in english(note) for note in draft.notes)


def test_pictures_in_the_text_are_shown_there() -> None:
    html = '<p>See <img src="cid:plan@1"> and <img src="cid:other@1"></p>'
    plan = file("plan.png", 3, content_id="<plan@1>", inline=True)
    loose = file("loose.png", 3, content_id="<nowhere@1>", inline=True)
    draft = composed(replace(MAIL, html=html, attachments=(plan, loose)))
    made = entry_with(draft, ["f1", "f2"])
    assert '<img class="ZCrmImage" src="crm/img_id:f1">' in made["content"]
    assert "cid:other@1" in made["content"]
    assert made["attachments"] == [{"id": "f2", "name": "loose.png"}]


words = st.text(max_size=40)
people = st.builds(
    Participant,
    st.none() | words,
    st.none() | words | st.sampled_from(["a@example.com", "ben.okafor@nordlicht.example", "x" * 300 + "@example.com"]),
)
dates = st.none() | st.datetimes() | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11))]))
mails = st.builds(
    Mail,
    sender=st.just(EMILY) | people,
    to=st.lists(people, max_size=60).map(tuple),
    cc=st.lists(people, max_size=5).map(tuple),
    bcc=st.lists(people, max_size=5).map(tuple),
    subject=st.text(max_size=400),
    date=dates,
    message_ids=st.lists(st.builds(MessageId, words, st.sampled_from(IdSource)), max_size=3).map(tuple),
    text=st.text(max_size=300),
    html=st.none() | st.text(max_size=300),
)


@settings(max_examples=60, deadline=None)
@given(mails)
def test_whatever_the_mail_the_request_is_one_that_zoho_takes_or_a_sentence(mail: Mail) -> None:
    try:
        made = entry_with(composed(mail), [])
    except CRMError as error:
        assert error.permanent
        assert english(error.message).endswith(".")
        return
    assert set(made) >= {"from", "to", "subject", "content", "date_time", "sent", "original_message_id"}
    assert 1 <= len(made["subject"]) <= limits.LONGEST_SUBJECT
    assert 1 <= len(made["content"]) <= limits.LONGEST_CONTENT
    assert len(made["original_message_id"]) <= limits.LONGEST_MESSAGE_ID
    assert datetime.fromisoformat(made["date_time"]) <= NOW
    for key in ("to", "cc", "bcc"):
        assert all("@" in person["email"] for person in made.get(key, []))
        assert len(made.get(key, [])) <= limits.MOST_ADDRESSES
    json.dumps(made)


def test_requests_fit_the_vendors_schema() -> None:
    schema = need("shared") / "facts" / "zoho-associate-email.schema.json"
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    long = replace(MAIL, subject="x" * 900, attachments=(file("a.pdf", 1),), cc=(BEN,), bcc=(BEN,))
    beside = {"linked_record": {"id": "1", "name": "Emily", "module": {"api_name": "Contacts", "id": "2"}}}
    for made in (entry(MAIL), entry_with(composed(long), ["f1"]), {**entry(MAIL), **beside, "owner": {"id": "1"}}):
        validator.validate({"Emails": [made]})
