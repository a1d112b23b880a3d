"""What people did before: aliases that they taught, threads that they linked; and words by where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import Field, MailWords, Match, Matcher, Selection, alias_key
from bot.records import RecordRef
from tests.matching.people import DIRECTORY, estate, person, ref

FARM = estate("90", "Am Anger", "2", "99999", "Musterstadt", name="Hofstelle")
OTHER = estate("91", "Dorfstraße", "8", "99999", "Musterstadt", name="Scheune")
RECORDS = [*DIRECTORY, FARM, OTHER]


def found(matches: list[Match], of: RecordRef) -> Match:
    return next(match for match in matches if match.ref == of)


def test_a_taught_alias_leads_to_its_record_and_is_ticked_from_the_third_time() -> None:
    text = "Guten Tag, wie steht es um den Meier-Hof?"
    matcher = Matcher(RECORDS, aliases={alias_key("Meier Hof"): {FARM.ref: 1}})
    match = found(matcher.match(MailWords(text=text)), FARM.ref)
    assert not match.selected
    assert match.probability > 0.5, "it suggests the record"
    matcher.teach({alias_key("Meier Hof"): {FARM.ref: 2}})
    assert not found(matcher.match(MailWords(text=text)), FARM.ref).selected
    matcher.teach({alias_key("Meier Hof"): {FARM.ref: 3}})
    match = found(matcher.match(MailWords(text=text)), FARM.ref)
    assert match.selected
    (evidence,) = [piece for piece in match.evidence if piece.field is Field.ALIAS]
    assert evidence.span is not None
    assert text[slice(*evidence.span)] == evidence.mail == "Meier-Hof"
    assert not [m for m in Matcher(RECORDS).match(MailWords(text=text)) if m.ref == FARM.ref]


def test_what_the_mail_names_itself_is_ticked_whatever_was_said_once() -> None:
    mail = MailWords(text="Bitte rufen Sie Anna Müller zurück, es geht um die Lindenstr. 12 in Berlin.")
    plain = {match.ref for match in Matcher(RECORDS).match(mail) if match.selected}
    assert plain
    taught = Matcher(RECORDS, aliases={alias_key("Anna Müller"): dict.fromkeys(plain, 1)})
    assert {match.ref for match in taught.match(mail) if match.selected} == plain


def test_an_alias_for_two_records_ticks_only_the_one_that_is_clearly_meant() -> None:
    mail = MailWords(text="Wie steht es um den Meierhof?")
    matcher = Matcher(RECORDS)
    matcher.teach({"meierhof": {FARM.ref: 2, OTHER.ref: 2}})
    assert not any(match.selected for match in matcher.match(mail))
    matcher.teach({"meierhof": {FARM.ref: 8, OTHER.ref: 1}})
    assert [match.ref for match in matcher.match(mail) if match.selected] == [FARM.ref]
    matcher.teach({})
    assert matcher.match(mail) == []


def test_aliases_of_unknown_records_and_of_nothing_are_harmless() -> None:
    matcher = Matcher(RECORDS, aliases={"meierhof": {ref("gone"): 3, FARM.ref: 0}, "": {FARM.ref: 1}})
    assert matcher.match(MailWords(text="Der Meierhof")) == []


@given(st.text(max_size=60))
def test_alias_keys_are_idempotent(text: str) -> None:
    assert alias_key(alias_key(text)) == alias_key(text)


def test_what_the_thread_was_linked_to_is_ticked_again() -> None:
    mail = MailWords(text="Ja, das passt uns gut.", thread=frozenset({FARM.ref, ref("gone")}))
    (match,) = Matcher(RECORDS).match(mail)
    assert (match.ref, match.selected, match.evidence[0].field) == (FARM.ref, True, Field.THREAD)


def test_the_thread_tells_namesakes_apart() -> None:
    mail = MailWords("Peter Meier", "p@example.org", text="Ja, gern.", thread=frozenset({ref("7")}))
    matches = Matcher(RECORDS).match(mail)
    assert [match.ref.id for match in matches if match.selected] == ["7"]


def test_a_relation_lifts_what_the_thread_is_about() -> None:
    house = estate("92", "Am Anger", "7", "99999", "Musterstadt", name="Kate", related=(ref("6"),))
    mail = MailWords(text="Herr Peter Meier fragt noch einmal.", thread=frozenset({house.ref}))
    matches = Matcher([*RECORDS, house]).match(mail)
    assert [match.ref.id for match in matches if match.selected and match.ref.kind == "address"] == ["6"]


def test_who_forwarded_a_mail_is_nobodys_customer() -> None:
    mail = MailWords(
        "Élodie Durañona", "e.duranona@example.com", text="Grüße, Anna Müller, anna.mueller@example.de",
        forwarders=(("Anna Müller", "anna.mueller@example.de"),),
    )  # fmt: skip
    assert {match.ref.id for match in Matcher(RECORDS).match(mail)} == {"8"}


BODY = "Guten Tag,\n\nbitte um Rückruf.\n"


def test_words_weigh_by_where_they_stand() -> None:
    name = "Hilda Kwasniewski"
    records = [*DIRECTORY, person("70", "Hilda", "Kwasniewski")]
    mails = [
        MailWords(name, "x@example.org", text=BODY),
        MailWords(subject=f"Frage von {name}", text=BODY),
        MailWords(text=f"{BODY}\nFrau {name} kommt mit."),
        MailWords(text=f"{BODY}\nAm 3.4. schrieb Udo Lang:\n> Frau {name} kommt mit."),
        MailWords(text=f"{BODY}\n-- \n{name}\n"),
        MailWords(text=f"{BODY}\nDiese E-Mail enthält vertrauliche Informationen. Verantwortlich: Frau {name}\n"),
    ]
    matcher = Matcher(records)
    chances = [found(matcher.match(mail), ref("70")).probability for mail in mails]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > chances[-1]


def test_when_to_tick_can_be_set() -> None:
    mail = MailWords(text="Bitte rufen Sie Anna Müller zurück, es geht um die Lindenstr. 12 in Berlin.")
    assert any(match.selected for match in Matcher(DIRECTORY).match(mail))
    never = Matcher(DIRECTORY, selection=Selection(tick=1.01))
    assert not any(match.selected for match in never.match(mail))
    far_ahead = Matcher(DIRECTORY, selection=Selection(lead=1000.0))
    assert not any(match.selected for match in far_ahead.match(mail))


@pytest.mark.parametrize("other", ["0171 9876542", "w.obrien@example.com", "E-01003"])
def test_an_identifier_that_is_a_digit_off_is_no_reason(other: str) -> None:
    assert not any(match.selected for match in Matcher(RECORDS).match(MailWords(text=f"Es geht um {other}.")))
