"""Finding mails where Gmail's own ways matter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.mail import IdSource, ImapAccount
from tests.mail.bench import locator, mail, raw
from tests.mail.gmail import ALL, Gmail, gmail_server

ODD = "<!&!AAAAAAAA{1}ABC@example.de>"


@pytest.fixture
def gmail() -> Iterator[Gmail]:
    with gmail_server() as server:
        yield server


def account(gmail: Gmail) -> ImapAccount:
    return ImapAccount("max@example.com", "127.0.0.1", gmail.port, "max", "geheim", "none")


def test_an_id_that_its_header_search_misses_is_found(gmail: Gmail) -> None:
    gmail.put(raw(ODD), "INBOX")
    found = locator(account(gmail)).find(mail((ODD, IdSource.OWN)))
    assert found is not None and (found.folder, found.message_id, found.uidvalidity) == ("INBOX", ODD, 7)
    assert any('X-GM-RAW "rfc822msgid:!&!' in line for line in gmail.said)
    there = locator(account(gmail)).read(found)
    assert there is not None and ODD.encode() in there


def test_an_archived_mail_is_found_in_the_folder_with_everything_whatever_its_name(gmail: Gmail) -> None:
    gmail.put(raw("<other@example.de>", subject="Anderes"), "INBOX")
    gmail.put(raw(), "Kunden")
    found = locator(account(gmail)).find(mail(("<o1@example.de>", IdSource.OWN)))
    assert found is not None and found.folder == ALL
    examined = [line.split('"')[1] if '"' in line else line.split()[-1] for line in gmail.said if "EXAMINE" in line]
    assert examined == ["INBOX", "[Gmail]/Gesendet", ALL], "labels are not looked into once everything was"


def test_what_cannot_be_selected_is_not_and_nothing_is_opened_for_writing(gmail: Gmail) -> None:
    assert locator().check(account(gmail)) == ["INBOX", "[Gmail]/Gesendet", ALL, "Kunden", "[Gmail]/Spam"]
    assert locator(account(gmail)).find(mail(("<none@example.de>", IdSource.OWN), date=None)) is None
    assert not any("SELECT" in line or "STORE" in line for line in gmail.said)
