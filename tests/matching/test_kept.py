"""What the matcher keeps from mail to mail is never older than the directory."""

from __future__ import annotations

import threading

import pytest

from bot.matching import MailWords, Matcher
from bot.matching.vocabulary import Role, Vocabulary
from tests.matching.people import DIRECTORY, estate, person

MAILS = [
    MailWords(text="Bitte rufen Sie Anna Müller zurück, es geht um die Lindenstr. 12 in Berlin."),
    MailWords("Peter Meyer", "p@example.org", subject="Ulmengase 5", text="Herr Quastenfloser aus der Ulmengasse."),
    MailWords(text="Frau Müler und Herr Sontag, Objekt E-01001, Kiefernweg"),
]
NAMESAKES = [person(f"m{i}", given, "Müller") for i, given in enumerate(("Anna", "Berta", "Carla", "Dora", "Else"))]
NEWCOMERS = [
    person("q", "Xaver", "Quastenflosser"),
    estate("u", "Ulmengasse", "5", "12345", "Berlin"),
    estate("k", "Kiefernweg", "1", "12345", "Berlin"),
]


def test_after_an_update_a_mail_is_matched_as_if_never_seen_before() -> None:
    own = Matcher(DIRECTORY)
    before = [own.match(mail) for mail in MAILS]
    own.update([*NAMESAKES, *NEWCOMERS])
    after = [own.match(mail) for mail in MAILS]
    assert after == [Matcher([*DIRECTORY, *NAMESAKES, *NEWCOMERS]).match(mail) for mail in MAILS]
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_after_records_are_gone_a_mail_is_matched_as_before_they_came() -> None:
    own = Matcher(DIRECTORY)
    before = [own.match(mail) for mail in MAILS]
    own.update([*NAMESAKES, *NEWCOMERS])
    assert [own.match(mail) for mail in MAILS] != before
    own.update([], [record.ref for record in (*NAMESAKES, *NEWCOMERS)])
    assert [own.match(mail) for mail in MAILS] == before


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [Matcher(DIRECTORY).match(mail) for mail in MAILS]
    monkeypatch.setattr("bot.matching.vocabulary._MOST_KEPT", 2)
    monkeypatch.setattr("bot.matching.meanings._MOST", 2)
    own = Matcher(DIRECTORY)
    assert [own.match(mail) for mail in MAILS] == expected
    assert len(own._index.meanings.facts) <= 2


def test_bits_follow_the_counts() -> None:
    words = Vocabulary()
    words.count(Role.FAMILY, ("muller",), 1)
    rare = words.bits(Role.FAMILY, "muller")
    assert words.bits(Role.FAMILY, "muller") == rare
    words.count(Role.FAMILY, ("muller",), 1)
    assert words.bits(Role.FAMILY, "muller") < rare
    words.count(Role.FAMILY, ("muller",), -1)
    assert words.bits(Role.FAMILY, "muller") == rare


def test_threads_that_match_during_updates_leave_nothing_stale() -> None:
    own = Matcher(DIRECTORY)
    stop = threading.Event()
    failures: list[Exception] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                for mail in MAILS:
                    own.match(mail)
        except Exception as error:  # noqa: BLE001 - the failure of a thread is the test's result
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    _change(own)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    alone = Matcher(DIRECTORY)
    _change(alone)
    assert [own.match(mail) for mail in MAILS] == [alone.match(mail) for mail in MAILS]


def _change(own: Matcher) -> None:
    for i in range(40):
        own.update([*NAMESAKES, person(f"n{i}", "Anna", f"Neu{i}")], [person(f"n{i - 1}", "", "x").ref])
        own.update(NEWCOMERS if i % 2 else [], [] if i % 2 else [record.ref for record in NEWCOMERS])
