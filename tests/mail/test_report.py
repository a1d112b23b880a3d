"""What the command line tells of a mail."""

from __future__ import annotations

from bot.mail import read_eml, to_dict
from tests.mail.samples import forward, original


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
