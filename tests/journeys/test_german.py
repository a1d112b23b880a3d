"""A German workspace: everything that people read is German, but for those who have set Slack to English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.journeys.world import ANFRAGEN, ANNA, BEN, World, buttons, german_mail, shown, wait_for

CLARA = "U0CLARA"  # has set Slack to German; the others to English
FOREIGN = re.compile(r"\b(the|and|linked|not|from|by|press|please|name “|address)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("german")
    world = World(folder, f"sqlite:///{folder}/linkbot.db", "socket", LINKBOT_LANGUAGE="de")
    world.start()
    try:
        yield world
    finally:
        world.stop()


def window(world: World, user: str) -> dict[str, Any]:
    return wait_for(lambda: [v for v in world.state("views")["views"] if v["user"] == user], "a window")[-1]


def is_german(message: dict[str, Any]) -> None:
    said = re.sub(r"<http[^|]*\|", "", shown(message)).replace("Link to CRM", "")
    assert FOREIGN.findall(said) == [], said


def test_a_mail_is_linked_taken_back_and_linked_by_hand_in_german(german: World) -> None:
    mail = german_mail()
    german.lay(mail)
    german.call("onoffice/link", messageid=mail.message_id, addressIds=[523], estateid=2651)
    card = german.card(german.send(mail), "Ich würde diese Mail verknüpfen mit", "gehört diese Mail jetzt zu *NL-2651")
    assert "E-Mail-Adresse „max.mustermann@example.de“" in shown(card)
    assert buttons(card) == ["Verknüpfen", "Ändern …", "Jetzt nicht", "Warum?"]
    is_german(card)

    german.press(card, "Verknüpfen", CLARA)
    linked = german.card(card["thread_ts"], "Verknüpft von <@U0CLARA>")
    assert shown(linked).count("verknüpft, geprüft") == 2
    assert buttons(linked) == ["Hinzufügen …", "Gehört woanders hin …", "Rückgängig"]
    is_german(linked)

    german.press(linked, "Rückgängig", CLARA)
    undone = german.card(card["thread_ts"], "Rückgängig gemacht von <@U0CLARA>")
    assert german.onoffice_link(mail.message_id) == ([523], 2651)
    is_german(undone)

    german.press(undone, "Auswählen …", CLARA)
    view = window(german, CLARA)
    assert view["title"]["text"] == "Mail verknüpfen"
    assert [view["submit"]["text"], view["close"]["text"]] == ["Verknüpfen", "Abbrechen"]
    german.call("suggest", user=CLARA, action_id="pick.onoffice.person", value="Hausmann")
    german.call("select", user=CLARA, action_id="pick.onoffice.person", values=["onoffice|address|523"])
    assert german.call("submit", user=CLARA, view_id=view["id"])["ok"]
    is_german(german.card(card["thread_ts"], "Verknüpft von", "Erika Hausmann"))


def test_who_is_too_late_is_told_so_in_their_own_language(german: World) -> None:
    mail = german_mail()
    german.lay(mail)
    card = german.card(german.send(mail), "Ich würde diese Mail verknüpfen mit")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda user: german.press(card, "Verknüpfen", user), (BEN, CLARA)))
    if f"<@{BEN}>" in shown(german.card(card["thread_ts"], "Verknüpft von")):
        german.told(CLARA, f"<@{BEN}> war schneller")
    else:
        german.told(BEN, f"<@{CLARA}> was first")


def test_help_comes_in_the_language_of_who_asks(german: World) -> None:
    german.call("command", user=CLARA, channel=ANFRAGEN, text="hilfe")
    german.told(CLARA, "Linkbot legt Mails in Ihrem CRM ab")
    german.call("command", user=BEN, channel=ANFRAGEN, text="help")
    german.told(BEN, "Linkbot files mails to your CRM")


def test_the_command_line_speaks_the_language_of_the_workspace(german: World) -> None:
    assert "Zu Niemand Niemals ist nichts gespeichert." in german.linkbot("purge", "--person", "Niemand Niemals")


def test_who_sets_slack_to_another_language_of_which_there_are_no_words_reads_german(german: World) -> None:
    german.call("person", user=ANNA, locale="fr-FR")
    german.call("command", user=ANNA, channel=ANFRAGEN, text="help")
    german.told(ANNA, "Linkbot legt Mails in Ihrem CRM ab")
