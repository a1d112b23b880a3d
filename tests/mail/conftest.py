"""Real IMAP servers, with empty mailboxes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.imap_server import DOVECOT, Server, dovecot_server, pymap_server
from tests.needs import need


@pytest.fixture(scope="package")
def servers() -> Iterator[dict[str, Server]]:
    with pymap_server("max", "info") as sandbox:
        if not DOVECOT:
            yield {"pymap": sandbox}
            return
        with dovecot_server("max") as dovecot:
            yield {"pymap": sandbox, "dovecot": dovecot}


@pytest.fixture
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    wanted = getattr(request, "param", "pymap")
    if wanted not in servers:
        need(wanted)
    for user in servers[wanted].users:
        servers[wanted].empty(user)
    return servers[wanted]
