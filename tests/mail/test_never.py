"""The list of what is never linked without being asked about alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail import Attachment, Forward, Mail, NeverList, Participant


def says(entry: str, text: str) -> bool:
    return NeverList([entry]).hit(Mail(text=text)) == entry


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("Kündigung", "anbei die Kündigung"),
        ("Kündigung", "anbei die KÜNDIGUNG!"),
        ("Kündigung", "hier meine kuendigung zum 1.5."),
        ("Kündigung", "Zwei Kündigungen"),
        ("Kündigung", "Das Kündigungsschreiben liegt bei"),
        ("Kündigung", "Eigenbedarfskündigung"),
        ("Kündigung", "Mietkuendigungen"),
        ("Kündigung", "Betreff:Kündigung_Meier.pdf"),
        ("Gehalt", "Gehälter"),
        ("Gehalt", "Die Gehaelter der Abteilung"),
        ("Gehalt", "des gehalts wegen"),
        ("Gehalt", "Gehalts-Abrechnung"),
        ("Gehalt", "Jahresgehalt"),
        ("vertraulich", "streng vertrauliche Unterlagen"),
        ("salary", "their salaries"),
        ("salary", "Salary review"),
        ("fristlose Kündigung", "der fristlosen Kündigung"),
        ("Lohn*", "Lohnabrechnung"),
        ("*lohn", "Mindestlohn"),
        ("AU", "Anbei meine AU."),
        ("Müller", "Frau Mueller"),
    ],
)
def test_words_with_their_endings_and_in_compounds(entry: str, text: str) -> None:
    assert says(entry, text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("Kündigung", "Ankündigung der Besichtigung"),
        ("Kündigung", "Modernisierungsankündigung"),
        ("Kündigung", "Vorankündigung"),
        ("Kündigung", "Verkündigung"),
        ("Kündigung", "Wir kündigen uns an"),
        ("Gehalt", "wird der Termin gehalten"),
        ("Gehalt", "festgehalten, gehaltvoll"),
        ("Lohn", "das lohnt sich, Belohnung, Lohnfeld"),
        ("AU", "Auftrag, blau, Bau"),
        ("fristlose Kündigung", "Kündigung, nicht fristlose"),
        ("salary", "sal ary"),
        ("Streit", "bestreiten, unstreitig"),
    ],
)
def test_words_that_only_look_alike(entry: str, text: str) -> None:
    assert not says(entry, text)


KANZLEI = Participant("RA Dr. Klage", "klage@kanzlei.example")


@pytest.mark.parametrize(
    "entry", ["klage@kanzlei.example", "Klage@Kanzlei.example", "kanzlei.example", "@kanzlei.example"]
)
@pytest.mark.parametrize(
    "mail",
    [
        Mail(sender=KANZLEI),
        Mail(cc=(KANZLEI,)),
        Mail(reply_to=(KANZLEI,)),
        Mail(text="wenden Sie sich an <klage@kanzlei.example>."),
        Mail(chain=(Mail(to=(KANZLEI,)),)),
    ],
)
def test_addresses_and_domains_wherever_they_stand(entry: str, mail: Mail) -> None:
    assert NeverList(["nie@example.org", entry]).hit(mail) == entry


def test_a_domain_holds_those_below_it_and_no_others() -> None:
    never = NeverList(["kanzlei.example"])
    assert never.hit(Mail(sender=Participant(None, "a@post.kanzlei.example")))
    assert not never.hit(Mail(sender=Participant(None, "a@meinekanzlei.example")))
    assert not NeverList(["a@kanzlei.example"]).hit(Mail(sender=Participant(None, "ba@kanzlei.example")))


def test_all_that_can_be_read_of_a_mail_counts_and_not_who_forwarded_it() -> None:
    never = NeverList(["Gehalt", "nordlicht.example"])
    assert never.hit(Mail(attachments=(Attachment("Gehalt_2026.pdf", "application/pdf", 1),))) == "Gehalt"
    assert never.hit(Mail(forward=Forward(note="wegen Gehalt"))) == "Gehalt"
    assert never.hit(Mail(chain=(Mail(text="Ihr Gehalt"),))) == "Gehalt"
    by = Participant("Anna Berger", "anna.berger@nordlicht.example")
    assert never.hit(Mail(text="Guten Tag", forward=Forward(by=by))) == ""
    assert not NeverList([]) and NeverList([]).hit(Mail(text="Gehalt")) == ""


@given(st.text(min_size=1), st.text())
def test_whatever_is_written(entry: str, text: str) -> None:
    assert NeverList([entry]).hit(Mail(subject=text, text=text)) in ("", entry.strip())
