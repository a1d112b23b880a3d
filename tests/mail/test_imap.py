"""Connections to mailboxes that fail: what is said, and whether another try may help."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Literal

import pytest

from bot.mail import IdSource, ImapAccount, MailboxError
from tests.mail.bench import locator, mail, on_both_servers, raw
from tests.mail.imap_server import Server, dovecot_server, free_port
from tests.saying import english


@on_both_servers
def test_a_refused_login_is_permanent_and_keeps_the_password_to_itself(server: Server) -> None:
    with pytest.raises(MailboxError) as refused:
        locator().check(server.account("max", password="falsch-0815"))
    assert refused.value.permanent
    assert "max@example.com" in english(refused.value.message) and "password" in english(refused.value.message)
    assert "falsch-0815" not in repr(refused.value) and refused.value.__cause__ is None


@pytest.mark.needs("dovecot")
def test_a_password_may_have_umlauts() -> None:
    """The sandbox's server compares ASCII passwords only."""
    with dovecot_server("max", password="schlüssel") as server:
        assert locator().check(server.account("max", password="schlüssel")) == ["INBOX"]
        with pytest.raises(MailboxError) as refused:
            locator().check(server.account("max", password="schlösser"))
    assert refused.value.permanent


def test_a_server_that_is_down_is_worth_a_retry() -> None:
    down = ImapAccount("max@example.com", "127.0.0.1", free_port(), "max", "x", "none")
    with pytest.raises(MailboxError) as failed:
        locator(down).find(mail(("<o1@example.de>", IdSource.OWN)))
    assert not failed.value.permanent and "max@example.com" in english(failed.value.message)


def test_no_password_goes_over_the_network_in_the_clear() -> None:
    open_door = ImapAccount("max@example.com", "mail.example.com", 143, "max", "geheim", "none")
    with pytest.raises(MailboxError) as refused:
        locator().check(open_door)
    assert refused.value.permanent and "geheim" not in repr(open_door)


@pytest.mark.parametrize(("tls", "port"), [("ssl", 0), ("starttls", 0), ("starttls", 993)])
def test_a_server_without_tls_is_not_talked_to_as_if_it_had(
    server: Server, tls: Literal["ssl", "starttls"], port: int
) -> None:
    """Trying again would not help: the port or the encryption is wrong."""
    account = server.account("max")
    with pytest.raises(MailboxError) as failed:
        locator().check(replace(account, tls=tls, port=port or account.port))
    assert failed.value.permanent
    assert "max@example.com" in english(failed.value.message) and "Check the port and the encryption" in english(
        failed.value.message
    )
    assert "again" not in english(failed.value.message)


@pytest.mark.parametrize("host", ["a..example", ".example", "x" * 64 + ".example"])
def test_a_server_that_cannot_be_is_named(host: str) -> None:
    with pytest.raises(MailboxError) as failed:
        locator().check(ImapAccount("max@example.com", host, 993, "max", "geheim"))
    assert failed.value.permanent and "Check the server's name" in english(failed.value.message)
    assert "again" not in english(failed.value.message)


@pytest.mark.parametrize(("number", "permanent"), [(socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)])
def test_a_server_that_nobody_knows_is_told_from_names_that_cannot_be_looked_up_now(
    monkeypatch: pytest.MonkeyPatch, number: int, permanent: bool
) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(MailboxError) as failed:
        locator().check(ImapAccount("max@example.com", "imap.example", 993, "max", "geheim"))
    assert failed.value.permanent is permanent
    assert ("imap.example" in english(failed.value.message)) is permanent
    assert ("Try again" in english(failed.value.message)) is not permanent


@on_both_servers
def test_a_folder_that_is_not_there_is_named_with_those_that_are(server: Server) -> None:
    server.put("max", raw(), "Archiv")
    with pytest.raises(MailboxError) as missing:
        locator().check(server.account("max", folders=("Archiv", "Gibtsnicht")))
    assert missing.value.permanent
    assert "no folder Gibtsnicht. " in english(missing.value.message) and "INBOX, Archiv" in english(
        missing.value.message
    )
    assert locator().check(server.account("max", folders=("Archiv", "inbox"))) == ["Archiv", "INBOX"]
