"""Namesakes and third persons: shown, never ticked. A name in letters of another script is another name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import Field, MailWords, Match, Matcher
from bot.matching.normal import scripts
from bot.records import Record
from tests.matching.people import company, estate, person

KRUEGER = person("1", "Thomas", "Krüger", emails=("thomas.krueger@sonstwo.example",), phones=("+49 40 1112233",))
BARE = person("2", "Wiebke", "Reimers")
CALLED = person("3", "Ingeborg", "Lorenzen", phones=("+49 461 555019",))
AT_WORK = person("4", "Boje", "Thiessen", emails=("thiessen@kuestenbank.example",), company="Küstenbank Holtenau eG")
OWNER = person("5", "Telsche", "Ohlsen", emails=("telsche@ohlsen.example",))
HOUSE = estate("6", "Deichstraße", "27", "25541", "Brunsbüttel", name="Kate", related=(OWNER.ref,))
AT_HOME = person(
    "7", "Claus", "Mahnke", emails=("claus@mahnke.example",), street="Koogstraße", house_number="8", city="Tönning"
)
FIRM = company("8", "Zschopauer Holzbau GmbH")
DIRECTORY: list[Record] = [KRUEGER, BARE, CALLED, AT_WORK, OWNER, HOUSE, AT_HOME, FIRM]
ALL, ALONE = Matcher(DIRECTORY), Matcher([KRUEGER])
OFFICE = ("", "info@office.example")


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return ALL


def ticked(matches: list[Match]) -> set[str]:
    return {match.ref.id for match in matches if match.selected}


def shown(matches: list[Match]) -> set[str]:
    return {match.ref.id for match in matches}


OTHERS = [
    MailWords("Thomas Krüger", "t.krueger77@mail.example", text="Ist die Wohnung frei?"),
    MailWords("Krüger, Thomas", "tk@gmx.de", text="Ist die Wohnung frei?"),
    MailWords("Thomas Krüger", "tk@gmx.de", text="Ist sie frei?\n\nViele Grüße\nThomas Krüger"),
    MailWords("Thomas Krüger", "tk@gmx.de", text="Ist sie frei?\n\n-- \nThomas Krüger\nTel. 0151 5550197"),
    MailWords("Thomas Krueger", "krueger@web.de", text="ok"),
    MailWords("", "thomas.krueger@mail.example", text="ok"),
    MailWords("Portal", "noreply@portal.example", text="Name: Thomas Krüger\nTelefon: 0151 5550197\nNachricht: ok"),
    MailWords("Portal", "noreply@portal.example", text="E-Mail: tk@mail.example\nName: Thomas Krüger\nNachricht: ok"),
    MailWords("Portal", "noreply@portal.example", text="Name: Thomas Krüger\n\nE-Mail: tk@mail.example\n\nText: ok"),
    MailWords("Büro Kolb", "buero@kolb.example", text="Bitte rufen Sie Thomas Krüger an: 0151 5550197."),
    MailWords("Büro Kolb", "buero@kolb.example", text="Käufer ist Thomas Krüger (tk@mail.example)."),
    MailWords("Büro Kolb", "buero@kolb.example", text="Gruß\nThomas Krüger\nKolb & Partner\nTel. 0431 998877"),
    MailWords("Büro Kolb", "buero@kolb.example", text="Gruß\nThomas Krüger\nHafenweg 3\n20457 Kiel\ntk@mail.example"),
    MailWords("Büro", "b@kolb.example", text="The buyer is Thomas Krüger, tk@mail.example, +44 20 7946 0000."),
]


@pytest.mark.parametrize("mail", OTHERS)
def test_somebody_who_is_reached_otherwise_is_shown_and_not_ticked(matcher: Matcher, mail: MailWords) -> None:
    matches = matcher.match(mail)
    assert "1" in shown(matches)
    assert ticked(matches) == set()
    assert Field.OTHER_CONTACT in {piece.field for match in matches for piece in match.evidence}


SAME = [
    (MailWords("Thomas Krüger", "thomas.krueger@sonstwo.example", text="ok"), "1"),
    (MailWords("Thomas Krüger", "tk@sonstwo.example", text="ok"), "1"),  # of the same house
    (MailWords("Thomas Krüger", "tk@mail.example", text="Tel. 040 1112233"), "1"),
    (MailWords("Thomas Krüger", "", text="ok"), "1"),
    (MailWords("Thomas Krüger", "interessent-10zi7wqzf03a4@mail.portal.example", text="ok"), "1"),  # a relay
    (MailWords("Thomas Krüger", "noreply@portal.example", text="ok"), "1"),
    (MailWords("Wiebke Reimers", "wr@mail.example", text="ok"), "2"),  # whose record has neither
    (MailWords("Ingeborg Lorenzen", "il@mail.example", text="ok"), "3"),  # nor has hers an address
    (MailWords("Boje Thiessen", "boje@gmx.de", text="Gruß\nBoje Thiessen\nKüstenbank Holtenau eG"), "4"),
    (MailWords("Claus Mahnke", "cm@gmx.de", text="Gruß\nClaus Mahnke\nKoogstraße 8\nTönning"), "7"),
    (MailWords("Büro", "b@kolb.example", text="Käufer ist Thomas Krüger. Der Notar hat 0431 998877."), "1"),
    (MailWords("Büro", "b@kolb.example", text="Käufer ist Thomas Krüger, Stand 22.1.2024."), "1"),
]


@pytest.mark.parametrize(("mail", "id_"), SAME)
def test_who_is_not_contradicted_is_ticked(matcher: Matcher, mail: MailWords, id_: str) -> None:
    assert ticked(matcher.match(mail)) == {id_}


def test_whose_property_the_mail_is_about_is_meant(matcher: Matcher) -> None:
    mail = MailWords("Telsche Ohlsen", "to@gmx.de", text="Wann kommt der Makler in die Deichstraße 27, Brunsbüttel?")
    assert ticked(matcher.match(mail)) == {"5", "6"}


def test_an_earlier_mail_of_the_thread_tells(matcher: Matcher) -> None:
    mail = MailWords("Thomas Krüger", "tk@gmx.de", text="ok", thread=frozenset({KRUEGER.ref}))
    assert ticked(matcher.match(mail)) == {"1"}


HISTORY = "Passt, danke.\n\n> Am 26.11.2026 um 18:11 schrieb Jana Petersen <petersen@office.example>:\n>\n> "
THIRD = [
    HISTORY + "Schlüssel hat Frau Ingeborg Lorenzen.",
    HISTORY + "Frau Wiebke Reimers war auch da.\n>> Am 25.11.2026 schrieb Momme Carstens:\n>> Geht Mittwoch?",
    HISTORY + "Bitte rufen Sie Ingeborg Lorenzen an, Tel. 0461 555019.",
    HISTORY + "Die Nachbarin heißt Wiebke Reimers.",
    "Ok.\n\nOn Mon, 2 Nov 2026 at 10:00, Jana <jana@office.example> wrote:\nIngeborg Lorenzen has the keys.",
    "ok\n\n-----Ursprüngliche Nachricht-----\nVon: Jana Petersen\nAn: Momme Carstens\n\nDer Makler war Thomas Krüger.",
    "ok\n\n> Vermieterin ist Wiebke Reimers, der Mieter Thomas Krüger.",
]


@pytest.mark.parametrize("text", THIRD)
def test_a_third_person_in_quoted_history_is_shown_and_not_ticked(matcher: Matcher, text: str) -> None:
    matches = matcher.match(MailWords("Momme Carstens", "momme@mail.example", (), (OFFICE,), "Re: Besichtigung", text))
    assert shown(matches) & {"1", "2", "3"}
    assert ticked(matches) == set()
    assert Field.ONLY_QUOTED in {piece.field for match in matches for piece in match.evidence}


PARTY = [
    ("Gern.\n\n> Am 26.11.2026 schrieb Wiebke Reimers:\n> Geht Mittwoch?", "2"),
    ("Gern.\n\n> Von: Wiebke Reimers\n> An: Jana Petersen\n>\n> Geht Mittwoch?", "2"),
    ("Frau Wiebke Reimers kommt mit.\n\n> Frau Wiebke Reimers will auch kommen.", "2"),
    ("ok\n\nOn Mon, 2 Nov 2026 at 10:00, Wiebke Reimers wrote:\nIs it free?", "2"),
]


@pytest.mark.parametrize(("text", "id_"), PARTY)
def test_who_wrote_the_history_or_is_named_above_it_is_no_third_person(matcher: Matcher, text: str, id_: str) -> None:
    mail = MailWords("Momme Carstens", "momme@mail.example", (), (OFFICE,), "Besichtigung", text)
    assert ticked(matcher.match(mail)) == {id_}


def test_a_property_in_quoted_history_is_what_the_thread_is_about(matcher: Matcher) -> None:
    text = HISTORY + "wir sehen uns in der Deichstraße 27, 25541 Brunsbüttel."
    mail = MailWords("Momme Carstens", "momme@mail.example", (), (OFFICE,), "Re: Besichtigung", text)
    assert ticked(matcher.match(mail)) == {"6"}


def test_colleagues_who_write_to_each_other_mean_whom_they_quote(matcher: Matcher) -> None:
    mail = MailWords("Ole Voss", "ole@office.example", (), (OFFICE,), "Ablage", "s. u.\n\n> Wiebke Reimers kommt.")
    assert ticked(matcher.match(mail)) == {"2"}


# Letters that look like Latin ones: Cyrillic and Greek.
ALIKE = {
    "a": "аα",
    "e": "е",
    "o": "оο",
    "p": "р",
    "c": "с",
    "i": "іι",
    "T": "Т",
    "K": "КΚ",
    "m": "м",
    "s": "ѕ",
    "W": "Ԝ",
}


@pytest.mark.parametrize(
    "name",
    ["Тhomas Krüger", "Thоmas Krüger", "Тhоmаs Krügеr", "Thomas Krügеr", "Wiebkе Reimers", "Wіebke Reіmers",
     "Wiebke Rеimers",
     "Ιngeborg Lοrenzen", "Boje Thіessen", "Βoje Thiessen"],
)  # fmt: skip
def test_letters_of_another_script_are_not_that_name(matcher: Matcher, name: str) -> None:
    assert not all(letter.isascii() or letter in "üÜ" for letter in name)
    assert ticked(matcher.match(MailWords(name, "", text="ok"))) == set()
    assert ticked(matcher.match(MailWords("Lena", "lena@mail.example", text=f"Bitte {name} anrufen."))) == set()


@given(st.sampled_from(["Thomas Krüger", "Wiebke Reimers", "Ingeborg Lorenzen", "Claus Mahnke"]), st.data())
def test_no_exchange_of_letters_ticks(name: str, data: st.DataObject) -> None:
    places = [i for i, letter in enumerate(name) if letter in ALIKE]
    chosen = data.draw(st.sets(st.sampled_from(places), min_size=1))
    spelt = "".join(data.draw(st.sampled_from(ALIKE[c])) if i in chosen else c for i, c in enumerate(name))
    assert ticked(ALL.match(MailWords(spelt, "", text=spelt))) == set()


def test_names_in_their_own_script_are_found_in_spite_of_a_slip() -> None:
    petrova = person("9", "Екатерина", "Воробьёва")
    for name in ("Екатерина Воробьёва", "Екатерина Воробьева"):
        assert ticked(Matcher([*DIRECTORY, petrova]).match(MailWords(name, "", text="ok"))) == {"9"}


def test_scripts() -> None:
    assert scripts("muller") == scripts("łódź") == {"LATIN"}
    assert scripts("anna") != scripts("аnnа") == {"LATIN", "CYRILLIC"}


@given(st.text(max_size=200), st.text(max_size=30), st.emails() | st.just(""))
def test_any_mail_is_read(text: str, name: str, address: str) -> None:
    ALONE.match(MailWords(name, address, text=f"Thomas Krüger {text}\nThomas Krüger\n{text}"))
