from __future__ import annotations

from typing import Any

import pytest

from bot.crm.zoho import Zoho
from bot.records import Record
from tests.crm.outside import Outside
from tests.crm.zoho.world import config, named


@pytest.fixture
def crm(outside: Outside) -> Zoho:
    return Zoho(config(outside))


@pytest.fixture
def seeds(outside: Outside) -> dict[str, list[dict[str, Any]]]:
    records: dict[str, list[dict[str, Any]]] = outside.state()["zoho"]["records"]
    return records


@pytest.fixture
def emily(seeds: dict[str, list[dict[str, Any]]]) -> Record:
    return named(seeds, "Contacts", "Email", "emily.carter@brightwater.example")


@pytest.fixture
def deal(seeds: dict[str, list[dict[str, Any]]]) -> Record:
    return named(seeds, "Deals", "Deal_Name", "Brightwater - office fit-out")


@pytest.fixture
def account(seeds: dict[str, list[dict[str, Any]]]) -> Record:
    return named(seeds, "Accounts", "Account_Name", "Brightwater Ltd")
