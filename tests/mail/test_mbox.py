"""Many mails in one .mbox file."""

from __future__ import annotations

from bot.mail import UnreadableMail, read_all, read_file
from tests.mail.samples import ERIKA, original
from tests.saying import english, raises


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
