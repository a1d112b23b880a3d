"""Errors that the vendors document, injected one by one into the call that links: the card says its sentence, nothing
is logged as linked, the class decides how often it was tried, and it can be tried again. One of each sentence and
class: that every documented error has its own is held in `tests/crm`.

A person presses *Try again* on one card over and over, each time to be told another error.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from bot.crm.error_kind import Kind
from bot.crm.onoffice import errors as onoffice
from bot.crm.zoho.errors import error, faults
from storage.engine import create_engine
from tests.crm.zoho.test_errors import DOCUMENTED
from tests.journeys.world import SALES, World, english_mail, german_mail, shown, wait_for
from tests.saying import english

TRIES = 3


@dataclass
class Failing:
    """A card on which a link is tried again and again."""

    world: World
    thread: str
    message_id: str
    press: str = "Link"

    attempts: int = 0

    def __post_init__(self) -> None:
        self.engine = create_engine(self.world.database_url)

    def told(self, where: str, value: Any, sentence: str) -> tuple[str, int]:
        """Inject an error for all tries that the bot makes, press, and give what the card says in the end and how
        many calls were made. What is perhaps linked says that instead of the vendor's sentence."""
        self.world.fault(where, "status", value, times=10 * TRIES)
        before = self.world.counter(where)
        self.world.press(self.world.card(self.thread, self.press), self.press)
        self.attempts += 1
        self.press = "Try again"
        wait_for(self._ended, "the end of the attempt")
        words = " ".join(sentence.split()[:10])

        def look() -> str | None:
            (card,) = [m for m in self.world.replies(self.thread) if m.get("blocks")]
            text = html.unescape(shown(card))
            return text if "under way" not in text and (words in text or "Perhaps linked." in text) else None

        said = wait_for(look, f"“{words}”")
        calls = self.world.counter(where) - before
        self.world.control.delete("/_control/faults")
        return said, calls

    def _ended(self) -> bool:
        query = sa.text("SELECT attempt, state FROM proposal WHERE thread_ts = :ts")
        with self.engine.connect() as connection:
            row = connection.execute(query, {"ts": self.thread}).one()
        return row == (self.attempts, "failed")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("errors")
    world = World(folder, f"sqlite:///{folder}/linkbot.db", "socket", LINKBOT_RETRY_SECONDS="0.01,0.01")
    world.environment["LINKBOT_SETTLE_SECONDS"] = "0.01"
    world.start()
    yield world
    world.stop()


@pytest.fixture(scope="module")
def at_onoffice(world: World) -> Failing:
    mail = german_mail()
    world.lay(mail)
    thread = world.send(mail)
    world.card(thread, "I would link it to")
    return Failing(world, thread, mail.message_id)


@pytest.fixture(scope="module")
def at_zoho(world: World) -> Failing:
    mail = english_mail()
    thread = world.send(mail, SALES)
    world.card(thread, "I would link it to")
    return Failing(world, thread, mail.message_id)


def of_each_meaning() -> list[int]:
    """The first number of each sentence and class, and those that are tried again in another way."""
    first = {(meaning.kind, meaning.say.id): number for number, meaning in sorted(onoffice.meanings().items())[::-1]}
    return sorted({*first.values(), *onoffice.UNKNOWN_FOLDER})


@pytest.mark.parametrize("number", of_each_meaning())
def test_errors_of_onoffice(at_onoffice: Failing, number: int) -> None:
    meaning = onoffice.meanings()[number]
    said, calls = at_onoffice.told("onoffice.emailassignments", {"errorcode": number}, english(meaning.say))
    assert "Not linked." in said or (meaning.kind is Kind.RETRY and "Perhaps linked." in said)
    assert "verified" not in said
    if number in onoffice.UNKNOWN_FOLDER:
        assert calls > TRIES, "the folder may have another name there"
    else:
        assert calls == (TRIES if meaning.kind is Kind.RETRY else 1)
    assert at_onoffice.world.log(at_onoffice.message_id) == []
    assert at_onoffice.world.onoffice_link(at_onoffice.message_id) == ([], None)


def of_each_message() -> list[dict[str, Any]]:
    """The first of each sentence and class. What is linked already is no failure; and what perhaps took effect comes
    last: Zoho cannot tell that it did not."""
    first: dict[tuple[Kind, str], dict[str, Any]] = {}
    for body, *_ in DOCUMENTED:
        if body["code"] != "DUPLICATE_DATA":
            meaning = error(faults({"Emails": [body]})[0], writes=True)
            first.setdefault((meaning.kind, meaning.message.id), body)
    return sorted(first.values(), key=lambda body: body["code"] == "INTERNAL_ERROR")


@pytest.mark.parametrize("body", of_each_message(), ids=lambda body: f"{body['code']} {body['message']}")
def test_errors_of_zoho(at_zoho: Failing, body: dict[str, Any]) -> None:
    (fault,) = faults({"Emails": [body]})
    meaning = error(fault, writes=True)
    said, calls = at_zoho.told(
        "zoho.associate_email", {**body, "status": 400, "per_item": True}, english(meaning.message)
    )
    assert ("Perhaps linked." if meaning.uncertain else "Not linked.") in said
    assert body["code"] not in said
    assert calls >= (TRIES if not meaning.permanent else 1)
    assert at_zoho.world.log(at_zoho.message_id) == []


def test_sentences_have_no_code_words() -> None:
    """Of no vendor: neither their numbers nor their constants reach a person, but for errors that nobody documented."""
    for sentence in itertools.chain(
        (english(meaning.say) for meaning in onoffice.meanings().values()),
        (english(error(faults({"Emails": [body]})[0], writes=True).message) for body, *_ in DOCUMENTED),
    ):
        assert not re.search(r"[A-Z]{3,}_|\{|\}|\berror code\b", sentence), sentence
