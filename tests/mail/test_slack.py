"""Mails as Slack's file objects, in the shapes that were captured, with invented people."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail import (
    IdSource,
    MessageId,
    Participant,
    attached_mails,
    mails_in_slack_message,
    needs_html,
    read_slack_file,
    structured_parts,
    understand,
)
from tests.mail.samples import original, outlook_file
from tests.saying import english

BLOCK = "Von: Erika Muster <erika@example.de>\nGesendet: Mittwoch, 18. November 2026 09:31\n"
BLOCK += "An: Max Müller <max@example.com>\nBetreff: Wohnung\n\nGuten Tag"


def mail_file(**more: Any) -> dict[str, Any]:
    file = {
        "id": "F0123468789", "created": 1795209600, "timestamp": 1795209597, "name": "WG: Wohnung",
        "title": "WG: Wohnung", "mimetype": "text/html", "filetype": "email", "pretty_type": "E-Mail",
        "user": "USLACKBOT", "editable": True, "size": 6212, "mode": "email", "is_external": False,
        "url_private": "https://files.slack.com/files-pri/T1-F1/wg", "subject": "WG: Wohnung",
        "to": [{"address": "", "name": "Email", "original": "Email <>"}],
        "from": [{"address": "max@example.com", "name": "Max Müller", "original": "Max Müller <max@example.com>"}],
        "cc": [], "attachments": [], "original_attachment_count": 0, "plain_text": "Bitte ablegen\n\n" + BLOCK,
        "preview": "<div>Bitte ablegen</div>", "preview_plain_text": "Bitte ablegen",
        "headers": {"date": "Wed, 18 Nov 2026 10:00:00 +0100", "in_reply_to": "<o1@example.de>", "reply_to": None,
                    "message_id": "<f1@example.com>"},
        "has_more": False, "sent_to_self": False, "bot_id": "B012346789", "file_access": "visible",
    }  # fmt: skip
    return {key: value for key, value in {**file, **more}.items() if value is not ...}


def test_a_forward_in_slack() -> None:
    mail = read_slack_file(mail_file())
    assert mail.sender == Participant("Erika Muster", "erika@example.de") and mail.subject == "Wohnung"
    assert mail.to == (Participant("Max Müller", "max@example.com"),) and mail.text == "Guten Tag"
    assert mail.forward is not None and mail.forward.by == Participant("Max Müller", "max@example.com")
    assert mail.forward.note == "Bitte ablegen" and mail.forward.message_id == "<f1@example.com>"
    assert mail.message_ids == (MessageId("<o1@example.de>", IdSource.IN_REPLY_TO),)


def test_a_mail_sent_to_slack_directly() -> None:
    mail = read_slack_file(mail_file(subject="Frage", plain_text="Ist die Wohnung frei?"))
    assert mail.forward is None and mail.sender == Participant("Max Müller", "max@example.com") and mail.to == ()
    assert mail.message_ids == (MessageId("<f1@example.com>", IdSource.OWN),)
    assert mail.date is not None and mail.date.isoformat() == "2026-11-18T10:00:00+01:00"


def test_html_is_needed_and_used_where_there_is_no_text() -> None:
    file = mail_file(plain_text="", preview="", preview_plain_text="")
    assert needs_html(file) and needs_html(mail_file(plain_text=...)) and not needs_html(mail_file())
    html = "<p>Notiz</p>" + "<br>".join(BLOCK.replace("<", "&lt;").replace(">", "&gt;").split("\n"))
    mail = read_slack_file(file, html)
    assert mail.sender == Participant("Erika Muster", "erika@example.de") and mail.text == "Guten Tag"
    assert mail.html == "Guten Tag" and mail.forward is not None and mail.forward.note == "Notiz"


def test_a_preview_is_better_than_nothing_and_said_to_be_one() -> None:
    mail = read_slack_file(mail_file(plain_text="", preview_plain_text=BLOCK, has_more=True))
    assert mail.sender == Participant("Erika Muster", "erika@example.de")
    assert "Only the beginning of the mail could be read." in map(english, mail.notes)
    mail = read_slack_file(mail_file(plain_text="", preview_plain_text=..., preview="<p>Nur <b>HTML</b></p>"))
    assert mail.text == "Nur HTML"


def test_attachments_have_the_url_to_fetch_them_from() -> None:
    pdf = {"filename": "Schufa.pdf", "size": 297507, "mimetype": "application/pdf", "metadata": None,
           "url": "https://files-origin.slack.com/files-email-priv/T1-F1/schufa.pdf"}  # fmt: skip
    (one,) = read_slack_file(mail_file(attachments=[pdf])).attachments
    assert (one.filename, one.size, one.content_type, one.content) == ("Schufa.pdf", 297507, "application/pdf", None)
    assert one.url == pdf["url"]


def test_a_file_of_2019_without_headers() -> None:
    mail = read_slack_file(mail_file(headers=..., preview=..., original_attachment_count=...))
    assert mail.message_ids == () and mail.forward is not None and mail.forward.message_id is None


def test_mails_are_found_in_every_kind_of_message() -> None:
    email = mail_file()
    stub = {"id": "F9", "mode": "file_access", "file_access": "check_file_info", "created": 0, "user": ""}
    upload = {"id": "F2", "name": "Anfrage.EML", "mode": "hosted", "filetype": "binary"}
    outlook = {"id": "F3", "name": "Anfrage.msg", "mode": "hosted", "filetype": "msg"}
    image = {"id": "F4", "name": "Haus.jpg", "mode": "hosted", "filetype": "jpg"}
    message = {
        "text": "",
        "files": [image, email, upload],
        "attachments": [
            {"is_share": True, "files": [outlook]},
            {"attachments": [{"files": [stub, email]}]},
            {"text": "x"},
        ],
    }
    assert [one["id"] for one in mails_in_slack_message(message)] == ["F0123468789", "F2", "F3", "F9"]
    assert mails_in_slack_message({"text": "Hallo"}) == [] and mails_in_slack_message({"files": None}) == []


def test_text_files_are_mails_only_for_who_asks() -> None:
    note = {"id": "F5", "name": "Anfrage.TXT", "mode": "snippet", "filetype": "text"}
    assert mails_in_slack_message({"files": [note]}) == []
    assert mails_in_slack_message({"files": [note, mail_file()]}, texts=True) == [note, mail_file()]


def test_a_mail_forwarded_as_an_attachment_is_the_original() -> None:
    place = "https://files-origin.slack.com/files-email-priv/T1-F1/"
    files = [
        {"filename": "Wohnung.eml", "size": 9, "mimetype": "application/octet-stream", "url": place + "a"},
        {"filename": "noname", "size": 9, "mimetype": "message/rfc822", "url": place + "b"},
        {"filename": "Wohnung.msg", "size": 9, "mimetype": "application/vnd.ms-outlook", "url": place + "c"},
        {"filename": "Haus.jpg", "size": 9, "mimetype": "image/jpeg", "url": place + "d"},
        {"filename": "ohne.eml", "size": 9, "mimetype": "message/rfc822", "url": None},
    ]
    file = mail_file(plain_text="anbei", attachments=files)
    assert attached_mails(file) == [place + "a", place + "b", place + "c"] and attached_mails({}) == []
    for raw in (original().as_bytes(), outlook_file()):
        mail = read_slack_file(file, attached=[raw])
        assert mail.sender == Participant("Erika Muster", "erika@example.de") and mail.forward is not None
        assert mail.message_ids[0] == MessageId("<o1@example.de>", IdSource.ATTACHED)
        assert mail.forward.by == Participant("Max Müller", "max@example.com")
    assert read_slack_file(file, attached=[b"no mail"]).sender == Participant("Max Müller", "max@example.com")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(mail_file())), anything, max_size=12), st.booleans())
def test_any_field_may_be_missing_or_strange(fields: dict[str, Any], only: bool) -> None:
    file = fields if only else mail_file(**fields)
    read_slack_file(file)
    needs_html(file)
    mails_in_slack_message({"files": [file, fields], "attachments": [fields]})


@pytest.mark.parametrize(
    "html", ["", "<", "<p>", "\x00<b>&#0;</b>", "<div>" * 5_000, "<!-- x", "<?xml version='1.0'?>"]
)
def test_any_html_may_come(html: str) -> None:
    read_slack_file(mail_file(plain_text=""), html)


def test_small_structured_parts_are_fetched_and_say_who_asks() -> None:
    person = b"<interessent><nachname>Muster</nachname><email>e@example.de</email></interessent>"
    xml = b"<openimmo_feedback>" + person + b"</openimmo_feedback>"
    parts = [
        {"filename": "openimmo_feedback.xml", "mimetype": "text/xml", "size": len(xml), "url": "https://files/x"},
        {"filename": "card.vcf", "mimetype": "text/vcard", "size": 900_000, "url": "https://files/large"},
        {"filename": "plan.pdf", "mimetype": "application/pdf", "size": 9, "url": "https://files/pdf"},
        {"filename": "invite.ics", "mimetype": "text/calendar"},
    ]
    file = mail_file(plain_text="Neue Anfrage", attachments=parts)
    assert structured_parts(file) == ["https://files/x"]
    mail = read_slack_file(file, None, (), {"https://files/x": xml})
    assert mail.attachments[0].content == xml
    found = understand(mail).customer
    assert found is not None
    assert found.address == "e@example.de"
    assert read_slack_file(file).attachments[0].content is None, "a mail without them is a mail all the same"


def test_a_text_mail_that_slack_stores_as_a_page_of_lines_stays_a_text_mail() -> None:
    text = "Guten Tag\n\n> zitiert <a@example.com>\n  eingerückt"
    page = "<html><head></head><body><div>" + "<br>\n".join(map(escape, text.split("\n"))) + "</div></body></html>"
    mail = read_slack_file(mail_file(subject="Frage", plain_text=text), page)
    assert mail.text == text and mail.html is None
    raw = read_slack_file(mail_file(subject="Frage", plain_text=""), "Max <max@example.com>\nschreibt")
    assert raw.text == "Max <max@example.com>\nschreibt" and raw.html is None


def picture(name: str, number: int = 1) -> dict[str, Any]:
    url = f"https://files-origin.slack.com/files-email-priv/T1-F1-{number}/{name}"
    return {"filename": name, "size": 9, "mimetype": "image/png", "url": url, "metadata": {}}


@pytest.mark.parametrize(
    ("sources", "attached"),
    [
        (["cid:image001.png@01DB.5A"], [picture("image001.png")]),
        (
            ["cid:image002.png@01DB.5A", "cid:image001.png@01DB.5A"],
            [picture("image001.png"), picture("image002.png", 2)],
        ),
        (["cid:ii_m1x2"], [picture("Grundriss.png")]),
        (["cid:ii_a", "cid:ii_b"], [picture("image.png"), picture("image.png", 2)]),
        ([picture("image.png", 2)["url"]], [picture("image.png"), picture("image.png", 2)]),
        (["CID:a&amp;b@x"], [picture("Grundriss.png")]),
    ],
)
def test_pictures_in_the_text_are_found_among_the_attachments(sources: list[str], attached: list[Any]) -> None:
    html = "<p>Hallo</p>" + "".join(f'<img alt="" src="{source}">' for source in sources)
    pdf = {"filename": "a.pdf", "size": 1, "mimetype": "application/pdf", "url": "https://files.slack.com/a"}
    mail = read_slack_file(mail_file(subject="Frage", plain_text="Hallo", attachments=[pdf, *attached]), html)
    inline = [one for one in mail.attachments if one.inline]
    assert len(inline) == len(sources) and not mail.attachments[0].inline
    for one in inline:
        assert f"cid:{escape(one.content_id or '')}" in (mail.html or "").replace("CID", "cid")
    if len(sources) == 2 and attached[0]["filename"] == "image001.png":
        assert [one.content_id for one in inline] == ["image001.png@01DB.5A", "image002.png@01DB.5A"]


def test_a_picture_that_may_be_several_is_none_of_them() -> None:
    attached = [picture("a.png"), picture("b.png", 2)]
    mail = read_slack_file(mail_file(plain_text="Hallo", attachments=attached), '<p>Hallo</p><img src="cid:ii_1">')
    assert not any(one.inline for one in mail.attachments)
