from __future__ import annotations

import pytest

from bot.crm.onoffice import OnOffice, OnOfficeConfig
from bot.mail import MailPlace
from tests.crm.onoffice.world import INFO
from tests.crm.outside import Outside


@pytest.fixture
def crm(outside: Outside) -> OnOffice:
    env = outside.env
    return OnOffice(OnOfficeConfig(env["ONOFFICE_TOKEN"], env["ONOFFICE_SECRET"], env["ONOFFICE_API_URL"], timeout=2))


@pytest.fixture
def place(outside: Outside) -> MailPlace:
    raw = "Message-ID: <viewing.1@mail.example.de>\r\nFrom: Max <max@example.de>\r\nSubject: Viewing\r\n\r\nHello\r\n"
    made = outside.post("mailbox", {"identity": INFO, "folder": "INBOX", "raw": raw})
    return MailPlace(INFO, "INBOX", made["uid"], made["uidvalidity"], made["message_id"])
