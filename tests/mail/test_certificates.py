"""A mail server with a certificate that this machine does not trust: what is said, and the setting that helps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.mail import Locator, MailboxError
from tests.mail.imap_server import pymap_server
from tests.mail.tls_door import certificate, tls_door
from tests.saying import english


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({}, ("LINKBOT_CA_FILE", "server's name")),
        ({"host": "127.0.0.2"}, ("for another name than 127.0.0.1",)),
        ({"ends": timedelta(days=-1)}, ("has expired",)),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told_apart(
    made: dict[str, object], words: tuple[str, ...], tmp_path: Path
) -> None:
    file = certificate(tmp_path, **made)  # type: ignore[arg-type] # what each case changes
    with pymap_server("max") as server, tls_door(file, server.port) as port:
        account = replace(server.account("max"), tls="ssl", port=port)
        trusted = str(file) if made else ""
        with pytest.raises(MailboxError) as refused:
            Locator(lambda: [account], ca_file=trusted).check(account)
    assert refused.value.permanent
    assert all(word in english(refused.value.message) for word in words)


def test_a_certificate_of_ones_own_is_trusted_where_it_is_named(tmp_path: Path) -> None:
    file = certificate(tmp_path)
    with pymap_server("max") as server, tls_door(file, server.port) as port:
        account = replace(server.account("max"), tls="ssl", port=port)
        assert "INBOX" in Locator(lambda: [account], ca_file=str(file)).check(account)
