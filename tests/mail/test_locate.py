"""Finding mails in real IMAP mailboxes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.mail import Forward, IdSource, ImapAccount, MailboxError, MailPlace, Participant
from tests.mail.bench import SENT, locator, mail, on_both_servers, raw
from tests.mail.imap_server import Server, free_port
from tests.saying import english, raises


@on_both_servers
def test_finds_a_mail_by_its_id_and_reads_it(server: Server) -> None:
    server.put("max", raw())
    found = locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.ATTACHED)))
    assert found is not None
    assert (found.identity, found.folder, found.message_id) == ("max@example.com", "INBOX", "<o1@example.de>")
    assert found.uid > 0 and found.uidvalidity > 0
    there = locator(server.account("max")).read(found)
    assert there is not None and b"Message-ID: <o1@example.de>" in there.replace(b"\r\n", b"\n")


@on_both_servers
def test_nothing_is_marked_as_read(server: Server) -> None:
    server.put("max", raw())
    found = locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.OWN)))
    assert found is not None and locator(server.account("max")).read(found)
    assert all("\\Seen" not in flags for flags in server.flags("max"))


@on_both_servers
def test_an_id_that_only_contains_the_wanted_one_is_another_mail(server: Server) -> None:
    server.put("max", raw("<xo1@example.de>", subject="Anderes"))
    server.put("max", raw("<O1@EXAMPLE.DE>", subject="Anderes"))
    assert locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.OWN))) is None


@on_both_servers
def test_finds_it_in_a_folder_with_an_umlaut(server: Server) -> None:
    server.put("max", raw(), "Anfragen & Büro")
    found = locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.OWN)))
    assert found is not None and found.folder == "Anfragen & Büro"
    assert locator(server.account("max")).read(found)


def test_the_inbox_comes_first(server: Server) -> None:
    server.put("max", raw(), "Archiv")
    server.put("max", raw())
    found = locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.OWN)))
    assert found is not None and found.folder == "INBOX"


def test_only_the_folders_that_are_named_are_searched(server: Server) -> None:
    server.put("max", raw())
    server.put("max", raw("<o2@example.de>"), "Archiv")
    only = locator(server.account("max", folders=("Archiv", "Fehlt")))
    assert only.find(mail(("<o1@example.de>", IdSource.OWN), subject="x")) is None
    assert only.check(server.account("max", folders=("Archiv",))) == ["Archiv"]


def test_a_hint_counts_only_if_the_mail_fits(server: Server) -> None:
    server.put("max", raw("<earlier@example.de>", subject="Ganz anderes Thema"))
    hint = ("<earlier@example.de>", IdSource.REFERENCES)
    assert locator(server.account("max")).find(mail(hint)) is None
    server.put("max", raw("<earlier2@example.de>"))
    fitting = locator(server.account("max")).find(mail(hint, ("<earlier2@example.de>", IdSource.IN_REPLY_TO)))
    assert fitting is not None and fitting.message_id == "<earlier2@example.de>"


def test_a_hint_with_another_date_is_another_mail(server: Server) -> None:
    server.put("max", raw(date=SENT - timedelta(days=30)))
    assert locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.IN_REPLY_TO))) is None


@on_both_servers
def test_without_an_id_sender_subject_and_date_find_it(server: Server) -> None:
    server.put("max", raw("<o7@example.de>"), "Archiv")
    server.put("max", raw("<o8@example.de>", subject="Etwas anderes"))
    server.put("max", raw("<o9@example.de>", date=SENT - timedelta(days=9)))
    shown_without_zone = mail(subject="AW: Wohnung  Müllerstraße", date=SENT.replace(tzinfo=None))
    found = locator(server.account("max")).find(shown_without_zone)
    assert found is not None and (found.folder, found.message_id) == ("Archiv", "<o7@example.de>")


def test_a_name_alone_is_found_in_either_order(server: Server) -> None:
    server.put("max", raw("<o7@example.de>"))
    exchange = replace(mail(), sender=Participant("Muster, Erika", None))
    found = locator(server.account("max")).find(exchange)
    assert found is not None and found.message_id == "<o7@example.de>"
    assert locator(server.account("max")).find(replace(exchange, sender=Participant("Muster, Otto", None))) is None


def test_two_mails_that_fit_are_not_guessed_between(server: Server) -> None:
    server.put("max", raw("<o7@example.de>"))
    server.put("max", raw("<o8@example.de>"))
    assert locator(server.account("max")).find(mail()) is None


def test_copies_of_one_mail_are_one_mail(server: Server) -> None:
    server.put("max", raw())
    server.put("max", raw(), "Archiv")
    found = locator(server.account("max")).find(mail())
    assert found is not None and found.folder == "INBOX"


def test_the_forward_itself_is_not_the_original(server: Server) -> None:
    server.put("max", raw("<fwd@example.de>", subject="WG: Wohnung Müllerstraße"))
    forwarded = replace(mail(), forward=Forward(message_id="<fwd@example.de>"))
    assert locator(server.account("max")).find(forwarded) is None


@on_both_servers
def test_an_ascii_subject_is_searched_for_at_the_server(server: Server) -> None:
    server.put("max", raw("<o7@example.de>", subject='Re: Your "flat" in Main Street'))
    found = locator(server.account("max")).find(mail(subject='Your "flat" in Main Street'))
    assert found is not None


def test_without_a_date_nothing_is_guessed(server: Server) -> None:
    server.put("max", raw())
    assert locator(server.account("max")).find(mail(date=None)) is None


@pytest.mark.parametrize("bad", ["<a@b>\r\nA1 LOGOUT", "<a\n@b>", "<\x00@b>", "<ä@b>", "<>", '<"@\\b>'])
def test_ids_cannot_carry_commands(server: Server, bad: str) -> None:
    server.put("max", raw())
    assert locator(server.account("max")).find(mail((bad, IdSource.OWN), date=None)) is None


@on_both_servers
def test_a_moved_mail_is_not_read_from_its_old_place(server: Server) -> None:
    server.put("max", raw())
    found = locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.OWN)))
    assert found is not None
    assert locator(server.account("max")).read(replace(found, uid=found.uid + 5)) is None
    assert locator(server.account("max")).read(replace(found, uidvalidity=found.uidvalidity + 1)) is None
    assert locator(server.account("max")).read(replace(found, message_id="<other@example.de>")) is None
    assert locator(server.account("max")).read(replace(found, folder="Fehlt")) is None


def test_the_recipients_own_mailbox_is_preferred(server: Server) -> None:
    server.put("info", raw())
    server.put("max", raw())
    found = locator(server.account("info"), server.account("max")).find(mail(("<o1@example.de>", IdSource.OWN)))
    assert found is not None and found.identity == "max@example.com"


def test_one_mailbox_down_does_not_hide_the_mail_in_another(server: Server) -> None:
    down = ImapAccount("max@example.com", "127.0.0.1", free_port(), "max", "x", "none")
    both = locator(down, replace(server.account("max"), identity="team@example.com"))
    server.put("max", raw())
    assert both.find(mail(("<o1@example.de>", IdSource.OWN))) is not None
    with pytest.raises(MailboxError):
        both.find(mail(("<unknown@example.de>", IdSource.OWN), subject="Unbekannt"))


def test_a_mailbox_without_any_of_its_folders_is_not_said_to_lack_the_mail(server: Server) -> None:
    server.put("max", raw())
    wanted = mail(("<o1@example.de>", IdSource.OWN))
    with raises(MailboxError, "Gibtsnicht"):
        locator(server.account("max", folders=("Gibtsnicht",))).find(wanted)
    assert locator(server.account("max", folders=("Gibtsnicht", "INBOX"))).find(wanted)


def test_a_mailbox_that_was_removed_is_named() -> None:
    with pytest.raises(MailboxError) as missing:
        locator().read(MailPlace("old@example.com", "INBOX", 1, 1, "<o1@example.de>"))
    assert missing.value.permanent and "old@example.com" in english(missing.value.message)


def test_utc_and_local_time_are_the_same_moment(server: Server) -> None:
    server.put("max", raw(date=SENT.astimezone(UTC)))
    assert locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.FORWARDED))) is not None


@on_both_servers
def test_a_known_place_is_used_again_while_it_holds_the_mail(server: Server) -> None:
    server.put("max", raw())
    wanted = mail(("<o1@example.de>", IdSource.OWN))
    one = locator(server.account("max"))
    found = one.find(wanted)
    assert found is not None and one.find(wanted, known=found) == found
    server.put("max", raw(), "Archiv")
    assert one.find(wanted, known=replace(found, folder="Archiv", uid=99)) == found, "the UID is somebody else's"
    assert one.find(wanted, known=replace(found, uidvalidity=found.uidvalidity + 1)) == found
    assert one.find(wanted, known=replace(found, message_id="<x@example.de>")) == found
    assert one.find(wanted, known=replace(found, folder="Gibt es nicht")) == found
    assert one.find(wanted, known=replace(found, identity="fort@example.com")) == found


@on_both_servers
def test_a_known_place_needs_no_search(server: Server) -> None:
    server.put("max", raw())
    wanted = mail(("<o1@example.de>", IdSource.OWN))
    found = locator(server.account("max")).find(wanted)
    server.put("max", raw("<o2@example.de>", subject="Anderes"), "Anderes")
    nowhere = locator(server.account("max", folders=("Anderes",)))
    assert found is not None and nowhere.find(wanted) is None and nowhere.find(wanted, known=found) == found


def test_a_mail_that_another_one_replaced_is_searched_anew(server: Server) -> None:
    server.put("max", raw("<other@example.de>", subject="Anderes"))
    other = locator(server.account("max")).find(mail(("<other@example.de>", IdSource.OWN), subject="Anderes"))
    assert other is not None
    server.put("max", raw(), "Archiv")
    found = locator(server.account("max")).find(mail(("<o1@example.de>", IdSource.IN_REPLY_TO)), known=other)
    assert found is not None and found.folder == "Archiv"


def test_the_mailbox_that_is_asked_for_comes_first(server: Server) -> None:
    for user in ("max", "info"):
        server.put(user, raw())
    both = locator(server.account("max"), server.account("info"))
    wanted = mail(("<o1@example.de>", IdSource.OWN))
    for first in ("max@example.com", "INFO@example.com"):
        found = both.find(wanted, first=first)
        assert found is not None and found.identity == first.lower()


def test_a_few_minutes_apart_is_another_mail_whatever_the_time_zone(server: Server) -> None:
    server.put("max", raw("<a@example.de>", date=SENT + timedelta(minutes=3)))
    assert locator(server.account("max")).find(mail()) is None
    assert locator(server.account("max")).find(mail(date=SENT.replace(tzinfo=None))) is None


def test_where_the_id_is_certain_no_other_mail_will_do(server: Server) -> None:
    server.put("max", raw("<a@example.de>"))
    assert locator(server.account("max")).find(mail(("<b@example.de>", IdSource.OWN))) is None
