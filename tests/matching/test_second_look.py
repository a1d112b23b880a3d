"""What a mail nearly names is shown as not sure, with what it agrees in, and never ticked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import Field, MailWords, Match, Matcher, not_found
from bot.matching.decide import suggest
from bot.matching.spellings import given_cost, parted
from bot.matching.weigh import SHOWN_ONLY, Fit, Form
from bot.records import Record
from tests.matching.people import company, estate, person

OTHERS = [
    *(person(f"p{i}", f"Vorname{i % 40}", f"Zuname{i % 300}") for i in range(600)),
    *(estate(f"e{i}", f"Erlengrund{i}", str(i), f"{i:05}", f"Neuort{i % 60}") for i in range(100, 500)),
    *(company(f"c{i}", f"Firmenname{i} Dachbau GmbH") for i in range(200)),
]


def shown(records: list[Record], mail: MailWords) -> list[Match]:
    """What is shown of these records; none of it is ticked."""
    matches = Matcher([*records, *OTHERS]).match(mail)
    assert not any(match.selected for match in matches)
    ids = {record.ref for record in records}
    return [match for match in matches if match.ref in ids]


def sent_by(name: str) -> MailWords:
    return MailWords(sender_name=name, sender_address="kontakt@posteo.example", text="Bitte um Rückruf.")


@pytest.mark.parametrize(
    ("given_name", "family", "written"),
    [
        ("Gertrude", "Hollingsby", "Gerty Hollingsby"), ("Mary", "Hollingsby", "May Hollingsby"),
        ("Henry", "Hollingsby", "Harry Hollingsby"), ("J.", "Hollingsby", "Jay Hollingsby"),
        ("Luitgard", "Hollingsby", "Luiti Hollingsby"), ("Enrique", "Hollingsby", "Quique Hollingsby"),
        ("Karl Otto", "El Amrani", "Karl Elamrani"), ("Ruud", "Vandenbergh", "R. van den Bergh"),
        ("Jutta", "von der Heydt", "Jutta Vonderheydt"), ("Nadia", "Abd al-Rahman", "Nadja Abdelrahman"),
        ("Beate", "Quittenbaum-Zörgiebel", "Bea Zörgiebel"), ("Inés", "de la Fuente Quirós", "Inés de la Fuente"),
    ],
)  # fmt: skip
def test_somebody_with_nearly_this_name_is_shown(given_name: str, family: str, written: str) -> None:
    (match,) = shown([person("1", given_name, family)], sent_by(written))
    assert match.evidence[0].field is Field.NAME


@pytest.mark.parametrize("address", ["beatezoergiebel", "beatezoergiebel1975", "ZoergiebelBeate"])
def test_a_name_in_one_word_is_shown(address: str) -> None:
    mail = MailWords(sender_address=f"{address}@posteo.example", text="Bitte um Rückruf.")
    (match,) = shown([person("1", "Beate", "Zörgiebel"), person("2", "Ottokar", "Zörgiebel")], mail)
    assert match.ref.id == "1"


@pytest.mark.parametrize("text", ["Frau Zörgiebel war da.", "Ihr Mann, Otto Zörgiebel, war da.", "Familie Quittenbaum"])
def test_a_rare_surname_is_shown_as_that(text: str) -> None:
    (match,) = shown([person("1", "Beate", "Quittenbaum-Zörgiebel")], MailWords(text=text))
    assert [piece.field for piece in match.evidence] == [Field.SURNAME]
    assert match.evidence[0].mail in text


def test_a_surname_that_many_bear_says_nothing() -> None:
    many = [person(str(i), f"Ada{i}", "Zörgiebel") for i in range(10)]
    assert not shown(many, sent_by("Ottokar Zörgiebel"))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("die Wohnung Quittenstraße 8 in Ulm", Field.STREET),  # another kind of street
        ("die Wohnung Quittenweg 12, 89073 Ulm", Field.NEARBY),
        ("the flat at 8 Quittenweg, Neuort7", Field.ELSEWHERE),
    ],
)
def test_a_place_that_is_nearly_the_mails_is_shown(text: str, field: Field) -> None:
    (match,) = shown([estate("1", "Quittenweg", "8", "89073", "Ulm")], MailWords(text=text))
    assert field in [piece.field for piece in match.evidence]


def test_the_enquirers_own_street_leads_to_no_property() -> None:
    assert not shown([estate("1", "Quittenweg", "8", "89073", "Ulm")], MailWords(text="Um 12 Uhr am Platz 3 in Ulm"))


@pytest.mark.parametrize(
    "text",
    ["Rechnung der Firma Zwickeldraht & Töchter", "Fa. Zwickeldraht hat angerufen", "die Zwickeldraht Bau GmbH"],
)
def test_a_company_without_a_part_of_its_name_is_shown(text: str) -> None:
    (match,) = shown([company("1", "Kuno Zwickeldraht & Töchter Bau KG")], MailWords(text=text))
    assert match.evidence[0].field is Field.NAME


def test_another_trade_is_another_company() -> None:
    assert not shown([company("1", "Zwickeldraht Optik AG")], MailWords(text="Die Zwickeldraht Dachbau GmbH war da."))


@pytest.mark.parametrize("emails", [("info@zwickel-draht.example",), ()])
def test_a_company_is_shown_by_the_domain_of_somebody_new(emails: tuple[str, ...]) -> None:
    mail = MailWords(sender_name="Neu Hier", sender_address="neu.hier@zwickel-draht.example", text="Guten Tag")
    (match,) = shown([company("1", "Zwickel Draht GmbH", emails=emails)], mail)
    assert match.evidence[0].field is Field.DOMAIN


def test_a_number_without_its_plus_is_shown() -> None:
    (match,) = shown([person("1", "Ada", "Quint", phones=("+49 171 5550102",))], MailWords(text="Tel. 491715550102"))
    assert match.evidence[0].field is Field.PHONE


def test_what_agrees_only_in_part_is_still_said_to_be_missing() -> None:
    matcher = Matcher([person("1", "Beate", "Zörgiebel"), *OTHERS])
    mail = MailWords(text="Frau Hanne Zörgiebel war da.")
    assert [match.ref.id for match in matcher.match(mail)] == ["1"]
    assert not_found(mail, matcher.match(mail)) == ("Hanne Zörgiebel",)


@pytest.mark.parametrize("form", sorted(SHOWN_ONLY))
def test_whatever_speaks_for_it_what_is_nearly_named_is_not_ticked(form: Form) -> None:
    record = person("1", "Ada", "Quint", emails=("ada@example.org",))
    sure = Fit(0, record, Matcher([record])._index.store.get(0)[1], form=form, gain=90.0, exact=90.0)  # type: ignore[index]
    (verdict,) = suggest([], [sure], 10.0, 20)
    assert not verdict.selected


@pytest.mark.parametrize(
    ("written", "given_name"),
    [
        ("bert", "albert"),
        ("gerty", "gertrud"),
        ("may", "mary"),
        ("peggy", "margaret"),
        ("j", "johann"),
        ("zenzi", "zenz"),
    ],
)
def test_short_forms_cost_little(written: str, given_name: str) -> None:
    cost = given_cost(written, given_name)
    assert cost is not None and 0 < cost <= 4


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_a_name_is_itself_and_without_its_particle_shorter(name: str) -> None:
    assert given_cost(name, name) == 0
    assert len(parted(name)) < len(name)


@pytest.mark.parametrize("text", ["El Al", "Y AL", "De La", "Von Der"])
def test_a_mail_that_is_all_particles_names_nobody(text: str) -> None:
    assert not Matcher(OTHERS).match(MailWords(text=text))
