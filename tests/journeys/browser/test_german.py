"""A German workspace in the browser: whatever the bot says, from the card to Home, there is no English in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.journeys.browser.person import Part, Person
from tests.journeys.world import World, german_mail

pytestmark = pytest.mark.needs("chromium")

FOREIGN = re.compile(r"\b(the|and|linked|not|from|by|press|please|address|mail is|your|you)\b", re.IGNORECASE)
# The page's own words, and names that are the same in all languages.
OWN = re.compile(r"Link to CRM|Only visible to you|\(optional\)|\(edited\)")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("german")
    world = World(folder, f"sqlite:///{folder}/linkbot.db", "socket", LINKBOT_LANGUAGE="de")
    world.start()
    yield world
    world.stop()


def is_german(part: Part) -> None:
    said = OWN.sub("", part.reads())
    assert FOREIGN.findall(said) == [], said


def test_from_the_card_to_home_everything_is_german(world: World, clara: Person) -> None:
    mail = german_mail()
    world.lay(mail)
    card = clara.forwards(mail)
    card.sees("Ich würde diese Mail verknüpfen mit", "E-Mail-Adresse „max.mustermann@example.de“")
    is_german(card)
    card.presses("Warum?")
    is_german(clara.whisper("E-Mail-Adresse „max.mustermann@example.de“"))

    card.presses("Ändern …")
    clara.window.sees("Mail verknüpfen", mail.subject)
    clara.window.sees_no("Ich sehe nach")
    is_german(clara.window)
    clara.window.finds("Personen in onOffice", "Hausm", "Erika Hausmann")
    clara.window.presses("Verknüpfen")
    card.sees("Verknüpft von @Clara Nowak", "Erika Hausmann", "verknüpft, geprüft")
    is_german(card)

    card.presses("Rückgängig")
    is_german(clara.window)
    clara.window.presses("Rückgängig machen")
    card.sees("Rückgängig gemacht von @Clara Nowak")
    is_german(card)

    clara.writes("/link hilfe")
    help = clara.whisper("Linkbot legt Mails in Ihrem CRM ab")
    is_german(help)
    clara.opens("Linkbot: home")
    home = Part(clara.page.locator(".home"), [])
    home.sees("Mails, die auf Sie und Ihre Channels warten", mail.subject)
    is_german(home)
