"""What must hold for every directory and every mail."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.matching import MailWords, Matcher, not_found
from bot.records import Category, Record
from tests.matching.people import DIRECTORY, company, estate, person

GIVEN = ["Anna", "Björn", "Çiğdem", "Hans-Peter", "Ole", "Zoë", "Maximilian", "Wil", "Theo Karl"]
FAMILY = ["Müller", "von Öhr", "Groß-Lüdtke", "O'Hara", "Yıldırım", "Łoś", "Kern", "Schwarzenbacher", "Weber"]
STREETS = ["Hauptstraße", "Am Anger", "Lange Zeile", "St.-Anna-Platz", "Berliner Str.", "Ulmenallee"]

people = st.builds(
    person, st.uuids().map(str), st.sampled_from(GIVEN), st.sampled_from(FAMILY), emails=st.just(()), phones=st.just(())
)
houses = st.builds(
    estate,
    st.uuids().map(str),
    st.sampled_from(STREETS),
    st.integers(1, 300).map(str),
    st.integers(10000, 99999).map(str),
    st.sampled_from(["Köln", "Bad Münster", "Halle (Saale)"]),
)
quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(people, houses)
def test_a_full_name_and_a_full_address_always_match(who: Record, house: Record) -> None:
    matcher = Matcher([*DIRECTORY, who, house])
    address = f"{house.street} {house.house_number}, {house.postal_code} {house.city}"
    mail = MailWords(text=f"Guten Tag,\n\nes geht um {address}.\n\nViele Grüße\n{who.name}\n")
    found = {match.ref for match in matcher.match(mail)}
    assert {who.ref, house.ref} <= found


@quick
@given(people, st.lists(people | houses, max_size=8))
def test_identifiers_match_whatever_else_is_in_the_directory(who: Record, others: list[Record]) -> None:
    known = replace(who, emails=("only.me@example.com",), phones=("+49 228 5550123",), reference="K-7781")
    mail = MailWords(text="Mail an only.me@example.com, Tel. 0228/5550123, Vorgang K 7781")
    before = Matcher([known]).match(mail)
    after = Matcher([*others, known]).match(mail)
    assert before[0].ref == known.ref
    assert known.ref in {match.ref for match in after[:3]}


@quick
@given(st.lists(people | houses, max_size=12), st.randoms(use_true_random=False))
def test_order_of_records_does_not_matter(records: list[Record], shuffle: random.Random) -> None:
    mail = MailWords(text="Anna Müller, Hauptstraße 7, Ole Kern, Björn Weber, Ulmenallee 12, Köln, Lindenstr. 12")
    everything = [*DIRECTORY, *records]
    other = list(everything)
    shuffle.shuffle(other)
    assert Matcher(everything).match(mail) == Matcher(other).match(mail)


@quick
@given(st.lists(people | houses, min_size=1, max_size=8))
def test_updating_is_as_good_as_building(records: list[Record]) -> None:
    mail = MailWords(text=" ".join(f"Frau {r.name}, {r.street} {r.house_number} {r.city}." for r in records))
    updated = Matcher(DIRECTORY)
    updated.update(records, ())
    built = Matcher([*DIRECTORY, *records])
    assert updated.match(mail) == built.match(mail)
    updated.update((), [record.ref for record in records])
    assert len(updated) == len(DIRECTORY)
    assert not {match.ref for match in updated.match(mail)} & {record.ref for record in records}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_any_text_works(text: str, name: str, subject: str) -> None:
    matcher = _small()
    mail = MailWords(name, name, ((name, subject),), ((subject, name),), subject, text)
    matches = matcher.match(mail)
    assert all(0 <= match.probability <= 1 for match in matches)
    assert len(not_found(mail, matches)) <= 5
    matcher.search(text, tuple(Category))
    MailWords.from_headers(name, subject, name, text)


@settings(max_examples=40, deadline=None)
@given(st.builds(Record, ref=st.just(DIRECTORY[0].ref), category=st.sampled_from(Category), name=st.text(max_size=40),
                 given_name=st.text(max_size=20), family_name=st.text(max_size=20), street=st.text(max_size=20),
                 house_number=st.text(max_size=8), emails=st.lists(st.text(max_size=20), max_size=2).map(tuple),
                 phones=st.lists(st.text(max_size=20), max_size=2).map(tuple), city=st.text(max_size=9)))  # fmt: skip
def test_any_record_works_and_comes_back_as_it_was(record: Record) -> None:
    matcher = Matcher([record])
    assert matcher.get(record.ref) == record
    matcher.match(MailWords(text=f"{record.name} {record.street} {record.house_number}"))


_MATCHER: list[Matcher] = []


def _small() -> Matcher:
    if not _MATCHER:
        _MATCHER.append(Matcher(DIRECTORY))
    return _MATCHER[0]


HOSTILE = {
    "one token": "a" * 1_000_000,
    "one number": "7" * 1_000_000,
    "digits and spaces": "1 2 3 4 " * 125_000,
    "many words": " ".join(f"Wort{i}" for i in range(120_000)),
    "one name often": "Anna Müller " * 80_000,
    "at signs": "a@" * 500_000,
    "address-like": "a.a@a.a." * 120_000,
    "open brackets": "(" * 1_000_000,
    "dashes": "0-" * 500_000,
    "control characters": "".join(map(chr, range(32))) * 30_000,
    "mixed scripts": "Анна 米勒 Müller שלום Ñandú \u202e\u200b " * 30_000,
    "quotes": "> " * 500_000,
    "salutations": "Herr von der " * 70_000,
    "streets": "Lindenstr. 12 " * 70_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_does_no_harm(kind: str) -> None:
    text = HOSTILE[kind]
    matcher = _small()
    mail = MailWords(text[:5000], text[:5000], subject=text, text=text)
    matches = matcher.match(mail)
    assert all(match.evidence for match in matches)
    assert len(not_found(mail, matches)) <= 5
    assert len(matcher.search(text, tuple(Category))) <= 20
    assert len(MailWords.from_headers(text, text, text, text).sender_name) <= 10_000


def test_a_company_of_one_common_word_is_no_nuisance() -> None:
    matcher = Matcher([*DIRECTORY, company("80", "Haus GmbH"), company("81", "Am Markt AG")])
    assert not [m for m in matcher.match(MailWords(text="Das Haus liegt am Markt und ist ruhig.")) if m.selected]
