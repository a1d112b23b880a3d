"""What happens to mails in a mailbox that is in use, on a real Dovecot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from imap_tools import AND

from bot.mail import IdSource, MailboxError
from tests.mail.bench import locator, mail, raw
from tests.mail.imap_server import Dovecot, Server, dovecot_server, tripwire
from tests.saying import english

pytestmark = pytest.mark.needs("dovecot")
WANTED = mail(("<abc.123+x@mail.example.de>", IdSource.OWN))
RAW = raw("<abc.123+x@mail.example.de>")


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with dovecot_server("max", "info") as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    for user in running.users:
        running.empty(user)
    return running


def test_a_mail_that_was_moved_is_found_again(server: Server) -> None:
    server.put("max", RAW)
    finder = locator(server.account("max"))
    before = finder.find(WANTED)
    assert before is not None and before.folder == "INBOX"
    with server.box("max") as box:
        box.folder.create("Anfragen/Müllerstraße & Söhne")
        box.folder.set("INBOX")
        box.move(box.uids(), "Anfragen/Müllerstraße & Söhne")
    assert finder.read(before) is None
    after = finder.find(WANTED)
    assert after is not None and after.folder == "Anfragen/Müllerstraße & Söhne"
    there = finder.read(after)
    assert there is not None and b"abc.123+x@mail.example.de" in there


def test_a_folder_that_was_made_anew_has_other_uids(server: Server) -> None:
    server.put("max", RAW, "Archiv")
    finder = locator(server.account("max"))
    before = finder.find(WANTED)
    with server.box("max") as box:
        box.folder.delete("Archiv")
    server.put("max", raw("<other@example.de>", subject="Anderes"), "Archiv")
    server.put("max", RAW, "Archiv")
    assert before is not None
    assert finder.read(before) is None, "the same UID is another mail now"
    after = finder.find(WANTED)
    assert after is not None and after.uidvalidity != before.uidvalidity and after.uid != before.uid
    assert finder.read(after) is not None


def test_of_two_copies_one_is_taken_each_time(server: Server) -> None:
    server.put("max", RAW, "Zweite Ablage")
    server.put("max", RAW)
    server.put("max", RAW)
    places = {locator(server.account("max")).find(WANTED) for _ in range(3)}
    assert len(places) == 1
    (place,) = places
    assert place is not None and place.folder == "INBOX"


def test_a_twin_whose_id_contains_the_wanted_one(server: Server) -> None:
    for i in range(12):
        server.put("max", raw(f"<{'z' * (i + 1)}abc.123+x@mail.example.de>"))
        server.put("max", raw(f"<abc.123+x@mail.example.de.{i}>"))
    finder = locator(server.account("max"))
    assert finder.find(replace(WANTED, date=None)) is None
    server.put("max", RAW, "Archiv")
    found = finder.find(WANTED)
    assert found is not None and found.folder == "Archiv"


def test_a_copy_in_the_trash_is_the_last_choice(server: Server) -> None:
    server.put("max", RAW, "Papierkorb")
    server.put("max", RAW, "Zuletzt")
    found = locator(server.account("max")).find(WANTED)
    assert found is not None and found.folder == "Zuletzt"


@pytest.mark.parametrize("word", [b"LOGIN", b"EXAMINE", b"SEARCH"])
def test_a_server_killed_in_the_middle_is_said_and_a_retry_finds_the_mail(word: bytes) -> None:
    with dovecot_server("max") as server:
        assert server.dovecot
        server.put("max", RAW, "Anfragen & Büro")
        with tripwire(server.port, word, server.dovecot.kill) as port, pytest.raises(MailboxError) as failed:
            locator(replace(server.account("max"), port=port)).find(WANTED)
        assert not failed.value.permanent
        assert "max@example.com" in english(failed.value.message) and "Try again" in english(failed.value.message)
        with pytest.raises(MailboxError):
            locator(server.account("max")).find(WANTED)
        server.dovecot.start()
        found = locator(server.account("max")).find(WANTED)
        assert found is not None and found.folder == "Anfragen & Büro"


def test_a_mail_that_goes_while_it_is_read_is_gone_and_no_error(server: Server) -> None:
    server.put("max", RAW)
    place = locator(server.account("max")).find(WANTED)
    assert place is not None

    def remove() -> None:
        with server.box("max") as box:
            box.folder.set("INBOX")
            box.delete(box.uids(AND(all=True)))

    with tripwire(server.port, b"EXAMINE", remove) as port:
        assert locator(replace(server.account("max"), port=port)).read(place) is None


def test_many_threads_share_one_locator(server: Server) -> None:
    server.put("max", RAW, "Archiv")
    finder, found = locator(server.account("max")), []
    threads = [threading.Thread(target=lambda: found.append(finder.find(WANTED))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(found) == 6 and len(set(found)) == 1 and found[0] is not None


def test_a_folder_that_does_not_open_is_named(server: Server) -> None:
    server.put("max", RAW, "Verschlossen")
    assert isinstance(server.dovecot, Dovecot)
    closed = server.dovecot.place / "mail" / "max" / ".Verschlossen"
    closed.chmod(0)
    try:
        opened = locator().folders(server.account("max"))
        assert opened["INBOX"] and opened["Verschlossen"] is False
        with pytest.raises(MailboxError) as refused:
            locator().check(server.account("max", folders=("INBOX", "Verschlossen")))
        assert refused.value.permanent and "cannot be opened: Verschlossen" in english(refused.value.message)
    finally:
        closed.chmod(0o700)
