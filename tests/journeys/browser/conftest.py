"""One browser for the journeys of a file, and people who sit in front of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser.person import Person, chromium
from tests.journeys.world import ANNA, BEN, World


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def at_the_page(browser: Browser, world: World, user: str) -> Iterator[Person]:
    person = Person(browser, world, user)
    yield person
    for view in world.state("views")["views"]:  # what a journey that failed left open is not in the next one's way
        world.call("close", user=view["user"], view_id=view["id"])
    person.leaves()


@pytest.fixture
def anna(browser: Browser, world: World) -> Iterator[Person]:
    yield from at_the_page(browser, world, ANNA)


@pytest.fixture
def ben(browser: Browser, world: World) -> Iterator[Person]:
    yield from at_the_page(browser, world, BEN)


@pytest.fixture
def clara(browser: Browser, world: World) -> Iterator[Person]:
    yield from at_the_page(browser, world, "U0CLARA")  # has set Slack to German
