"""The sandbox's mailboxes, driven by a mail program's library."""

from __future__ import annotations

import imaplib

import pytest
from imap_tools import AND, H, MailboxLoginError

from tests.sandbox.vendorbox import HERO, INFO, VendorBox

FOLDER = "Anfragen & Büro"
RAW = "From: Max <max@example.de>\nMessage-ID: <neu.1@example.de>\nSubject: Gr=?utf-8?q?=C3=BC?=n\n\nHällo\n"


def test_folders_are_listed_with_their_umlauts(box: VendorBox) -> None:
    with box.imap() as mailbox:
        assert [folder.name for folder in mailbox.folder.list()] == ["INBOX", FOLDER, "Archiv", "Sent"]


def test_a_mail_is_found_by_its_message_id_and_read_without_being_marked(box: VendorBox) -> None:
    with box.imap() as mailbox:
        mailbox.folder.set("INBOX", readonly=True)
        (uid,) = mailbox.uids(AND(header=[H("Message-ID", HERO)]))
        (mail,) = mailbox.fetch(AND(uid=uid), mark_seen=False)
        assert mail.from_ == "max.mustermann@example.de"
        assert "Energieausweis" in mail.text
        assert "\\Seen" not in mail.flags
        assert mailbox.uids(AND(header=[H("Message-ID", "<nirgends@example.de>")])) == []


def test_the_search_for_a_message_id_finds_parts_of_it_too_as_the_protocol_says(box: VendorBox) -> None:
    with box.imap() as mailbox:
        mailbox.folder.set("INBOX", readonly=True)
        assert mailbox.uids(AND(header=[H("Message-ID", "77784738@MAIL.example")])) == ["101"]


def test_what_a_control_call_puts_there_lies_there(box: VendorBox) -> None:
    answer = box.control("mailbox", identity=INFO, folder="Neu/Größe", raw=RAW)
    assert answer["message_id"] == "<neu.1@example.de>"
    with box.imap() as mailbox:
        mailbox.folder.set("Neu/Größe")
        assert mailbox.folder.status("Neu/Größe", ["UIDVALIDITY"]) == {"UIDVALIDITY": answer["uidvalidity"]}
        assert mailbox.uids(AND(header=[H("Message-ID", "<neu.1@example.de>")])) == [str(answer["uid"])]
        (mail,) = mailbox.fetch()
        assert mail.subject == "Grün"
        assert mail.text.strip() == "Hällo"


def test_a_mail_program_may_append_move_and_delete(box: VendorBox) -> None:
    with box.imap() as mailbox:
        status, (answer, *_) = mailbox.append(RAW.encode(), FOLDER)
        assert status == "OK"
        assert b"APPENDUID" in answer
        mailbox.folder.set(FOLDER)
        (uid,) = mailbox.uids(AND(header=[H("Message-ID", "<neu.1@example.de>")]))
        mailbox.move(uid, "Archiv")
        assert mailbox.uids(AND(header=[H("Message-ID", "<neu.1@example.de>")])) == []
    folders = {each["folder"]: each["mails"] for each in box.state()["mailboxes"] if each["identity"] == INFO}
    assert "<neu.1@example.de>" in [mail["message_id"] for mail in folders["Archiv"]]
    with box.imap() as mailbox:
        mailbox.folder.set("Archiv")
        mailbox.delete(mailbox.uids(AND(header=[H("Message-ID", "<neu.1@example.de>")])))
        assert mailbox.uids(AND(header=[H("Message-ID", "<neu.1@example.de>")])) == []


def test_a_colleague_moves_and_deletes(box: VendorBox) -> None:
    moved = box.control("mailbox/move", identity=INFO, folder="INBOX", uid=101, to="Archiv")
    with box.imap() as mailbox:
        mailbox.folder.set("INBOX", readonly=True)
        assert "101" not in mailbox.uids()
        mailbox.folder.set("Archiv", readonly=True)
        assert mailbox.uids(AND(header=[H("Message-ID", HERO)])) == [str(moved["uid"])]
    assert box.control("mailbox/delete", identity=INFO, folder="Archiv", uid=moved["uid"])["ok"]
    assert box.control("mailbox/delete", identity=INFO, folder="Archiv", uid=moved["uid"])["ok"] is False
    assert box.control("mailbox/move", identity=INFO, folder="INBOX", uid=9999, to="Archiv")["ok"] is False
    assert box.control("mailbox", identity="nobody@example.de", folder="INBOX", raw=RAW)["ok"] is False
    assert box.control("mailbox", identity=INFO, folder="INBOX", raw=RAW, uid=5)["error"] == "unknown: uid"


def test_a_wrong_password_opens_nothing(box: VendorBox) -> None:
    imap = box.http.get("/_control/environment").json()["imap"]
    client = imaplib.IMAP4(imap["host"], imap["port"], timeout=5)
    with pytest.raises(imaplib.IMAP4.error):
        client.login(INFO, "wrong")
    client.shutdown()


def test_a_mailbox_of_somebody_else_is_separate(box: VendorBox) -> None:
    with box.imap("anna.berger@nordlicht.example") as mailbox:
        mailbox.folder.set("INBOX", readonly=True)
        assert mailbox.uids(AND(header=[H("Message-ID", HERO)])) == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after_commit", "status"])
def test_the_server_can_be_told_to_refuse(box: VendorBox, kind: str) -> None:
    box.fault("imap", kind)
    with pytest.raises((imaplib.IMAP4.error, MailboxLoginError, OSError)), box.imap():
        pass
    with box.imap() as mailbox:  # the fault was for one connection
        mailbox.folder.set("INBOX", readonly=True)
    assert box.state()["counters"]["imap"] == 2


def test_the_server_can_be_told_to_hang(box: VendorBox) -> None:
    box.fault("imap", "timeout")
    imap = box.http.get("/_control/environment").json()["imap"]
    with pytest.raises(TimeoutError):
        imaplib.IMAP4(imap["host"], imap["port"], timeout=0.3)


def test_the_server_can_be_told_to_be_slow(box: VendorBox) -> None:
    box.fault("imap", "slow", 0.05)
    with box.imap() as mailbox:
        mailbox.folder.set("INBOX", readonly=True)


def test_a_fresh_start_restores_the_mails_and_cuts_off_who_was_connected(box: VendorBox) -> None:
    box.control("mailbox/delete", identity=INFO, folder="INBOX", uid=101)
    with pytest.raises((imaplib.IMAP4.error, OSError)), box.imap() as mailbox:
        mailbox.folder.set("INBOX")
        box.reset()
        mailbox.folder.set("INBOX")
    with box.imap() as mailbox:
        mailbox.folder.set("INBOX")
        assert len(mailbox.uids(AND(header=[H("Message-ID", HERO)]))) == 1
