"""Forwards in every layout and language, replies that are none, and texts made to be hard."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import overload

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail import Participant, jsonl_answer, unwrap
from bot.mail.forwarded import find_forward
from bot.mail.lines import Line, clean, to_lines
from tests.mail.layouts import ALL, LAYOUTS, LOCALES, Content, choices
from tests.needs import need
from tests.saying import english

BODY = "Guten Tag,\n\nist die Wohnung noch frei?\n\nViele Grüße\nErika Muster"
CONTENT = Content(
    name="Erika Muster",
    address="erika@example.de",
    to=(("Max Makler", "max@example.com"), ("", "info@example.com")),
    cc=(("Büro", "buero@example.com"),),
    subject="Wohnung in der Müllerstraße",
    body=BODY,
    note="Bitte ablegen.",
)
HEADER = "Von: Erika Muster <erika@example.de>\nGesendet: {date}\nAn: max@example.com\nBetreff: Wohnung\n"
SHOWN = datetime(2026, 11, 18, 9, 31)  # noqa: DTZ001 - the header lines show no time zone
SHORT = HEADER.format(date="Mittwoch, 18. November 2026 09:31") + "\n" + BODY


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: str(one.__name__))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_layout_in_every_language(layout: object, locale: str) -> None:
    assert callable(layout)
    for words in choices(locale):
        text = layout(words, CONTENT)
        found = unwrap(text, f"{words.prefix}: {CONTENT.subject}")
        assert found is not None, text
        assert found.sender == Participant(CONTENT.name, CONTENT.address), text
        assert [str(one) for one in found.to] == ["Max Makler <max@example.com>", "info@example.com"], text
        assert [str(one) for one in found.cc] == ["Büro <buero@example.com>"], text
        assert (found.subject, found.note) == (CONTENT.subject, CONTENT.note), text
        assert found.text.split() == BODY.split(), text
        assert found.date == SHOWN, text


names = st.text(st.characters(whitelist_categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=2, max_size=12)
plain_words = st.lists(names, min_size=1, max_size=6).map(" ".join)
addresses = st.tuples(st.sampled_from(["a", "max.muster", "info+x", "e_m-1"]), st.sampled_from(["example.de", "x.org"]))
paragraphs = st.lists(plain_words, min_size=1, max_size=4).map("\n\n".join)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    def people() -> tuple[tuple[str, str], ...]:
        addressed = st.tuples(st.one_of(st.just(""), st.tuples(names, names).map(" ".join)), addresses.map("@".join))
        return tuple(draw(st.lists(addressed, min_size=1, max_size=4, unique_by=lambda one: one[1])))

    return Content(
        name=" ".join((draw(names), draw(names))),
        address="@".join(draw(addresses)),
        to=people(),
        cc=people() if draw(st.booleans()) else (),
        subject=draw(plain_words),
        body=draw(paragraphs),
        note=draw(paragraphs),
    )


@given(st.sampled_from(ALL), contents(), st.data())
def test_what_was_composed_is_read_back(form: tuple[object, str], content: Content, data: st.DataObject) -> None:
    layout, locale = form
    assert callable(layout)
    words = data.draw(st.sampled_from(choices(locale)))
    found = unwrap(layout(words, content), f"Fwd: {content.subject}")
    assert found is not None and found.sender is not None
    assert (found.sender.name, found.sender.address) == (content.name, content.address)
    assert tuple((one.name or "", one.address) for one in found.to) == content.to
    assert tuple((one.name or "", one.address) for one in found.cc) == content.cc
    assert found.subject == content.subject
    assert found.text.split() == content.body.split()
    assert found.note.split() == content.note.split()


@given(st.text(), st.one_of(st.none(), st.text(max_size=40)))
def test_any_text_is_read_without_an_error(text: str, subject: str | None) -> None:
    unwrap(text, subject)


MARKS = ["Von: ", "An: ", "Datum: ", "Betreff: ", "\n", "\n\n", "> ", " ", "<", ">", "@", "a@b.de", '"', ",", ";", ":"]
MARKS += [
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "Am 1.2.2026 schrieb X <a@b.de>:",
    "\t",
]
MARKS += [
    "________________________________",
    "[mailto:a@b.de]",
    "(",
    ")",
    "18.11.2026",
    "\ufeff",
    "\xa0",
    "ſ",
    "İ",
    "：",
    "*",
]
pieces = st.sampled_from(MARKS)


@given(st.lists(pieces, max_size=60).map("".join), st.sampled_from([None, "Fwd: x", "AW: x", "x", "VS: x"]))
def test_broken_forwards_are_read_without_an_error(text: str, subject: str | None) -> None:
    unwrap(text, subject)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Danke!\n\n" + SHORT, "AW: Wohnung"),
        ("Danke!\n\n-----Ursprüngliche Nachricht-----\n" + SHORT, "AW: Wohnung"),
        ("Thanks!\n\n-----Original Message-----\n" + SHORT, "Re: FW: Wohnung"),
        ("Danke!\n\nAm Mi., 18. Nov. 2026 um 09:31 Uhr schrieb Erika <erika@example.de>:\n\n> frei?", "Re: Wohnung"),
        ("Danke!\n\nAm 18.11.2026 um 09:31 schrieb Erika <erika@example.de>:\n> frei?", None),
        ("Danke!\n\nOn Wed, Nov 18, 2026 at 9:31 AM Erika <erika@example.de>\nwrote:\n\n> free?", None),
        ("Kiitos\n\nLähettäjä: E <e@example.fi>\nLähetetty: 18.11.2026 9.31\nVastaanottaja: m@example.fi\nAihe: Asunto",
         "VS: Asunto"),  # "VS" is a reply in Finnish and a forward in Danish
        ("Hallo,\n\nBesichtigung am Montag.\nVon: 10 Uhr\nBis: 11 Uhr\n", "Besichtigung"),
        ("Von: 10 Uhr\nAn: allen Tagen\nDatum: 18.11.2026\nBetreff: Öffnung", "Öffnungszeiten"),
        ("From: Berlin\nTo: Hamburg\nDate: 18.11.2026\n", None),
        ("Neue Anfrage\nVon: Erika Muster\nE-Mail: erika@example.de\nBetreff: Wohnung\nDatum: 18.11.2026", "Anfrage"),
        ("Von: erika@example.de\nBetreff: Wohnung\nIhre Nachricht: Hallo", "Kontaktformular"),
        ("Guten Tag, ich bin Erika.", "Fwd: Wohnung"),
        ("", "Fwd: Wohnung"),
    ],
)  # fmt: skip
def test_no_forwards(text: str, subject: str | None) -> None:
    assert unwrap(text, subject) is None


@pytest.mark.parametrize("subject", ["WG: Wohnung", "Müllerstraße 12", None, "Fwd: AW: Wohnung", "[Fwd: Wohnung]"])
def test_a_header_block_is_a_forward_unless_the_subject_is_a_reply(subject: str | None) -> None:
    found = unwrap("Zur Info\n\n" + SHORT, subject)
    assert found is not None and found.sender == Participant("Erika Muster", "erika@example.de")
    assert found.note == "Zur Info"


def test_nothing_above_the_block_makes_even_a_reply_a_forward() -> None:
    assert unwrap(SHORT, "AW: Wohnung") is not None


GERMAN = {
    "Outlook, plain text": ("-----Ursprüngliche Nachricht-----\nVon: Erika Muster [mailto:erika@example.de] \n"
        "Gesendet: Mittwoch, 18. November 2026 09:31\nAn: 'max@example.com'\nBetreff: Wohnung\n\n" + BODY),
    "OWA": ("________________________________________\nVon: Erika Muster [erika@example.de]\n"
        "Gesendet: Mittwoch, 18. November 2026 09:31\nAn: Max Makler\nBetreff: Wohnung\n\n" + BODY),
    "Samsung": ("\n\n-------- Ursprüngliche Nachricht --------\nVon: Erika Muster <erika@example.de> \n"
        "Datum: 18.11.26  09:31  (GMT+01:00) \nAn: max@example.com \nBetreff: Wohnung \n\n" + BODY),
    "Gmail, wrapped": ("---------- Forwarded message ---------\nVon: Erika Muster <\nerika@example.de>\n"
        "Date: Mi., 18. Nov. 2026 um 09:31 Uhr\nSubject: Wohnung\nTo: Max Makler <max@example.com>, Info <\n"
        "info@example.com>\n\n\n" + BODY),
    "GMX": " \n \nGesendet: Mittwoch, 18. November 2026 um 09:31 Uhr\nVon: \"Erika Muster\" <erika@example.de>\n"
        "An: max@example.com\nBetreff: Wohnung\n\n" + BODY,
    "GMX app": "Am 18.11.26, 09:31 schrieb Erika Muster <erika@example.de>:\n\n" + BODY,
    "Outlook for Mac": "\ufeffAm 18.11.26, 09:31 schrieb \"Erika Muster\" <erika@example.de>:\n\n    "
        + BODY.replace("\n", "\n    "),
    "IONOS": "> ---------- Ursprüngliche Nachricht ----------\n> Von: Erika Muster <erika@example.de>\n"
        "> An: \"max@example.com\" <max@example.com>\n> Datum: 18.11.2026 09:31 CET\n> Betreff: Wohnung\n>  \n> "
        + BODY.replace("\n", "\n> "),
    "T-Online": "-----Original-Nachricht-----\nBetreff: Wohnung\nDatum: 2026-11-18T09:31:00+0100\n"
        "Von: \"Erika Muster\" <erika@example.de>\nAn: max@example.com\n\n" + BODY,
    "Evolution": "-------- Weitergeleitete Nachricht --------\nVon: Erika Muster <erika@example.de>\n"
        "An: max@example.com\nBetreff: Wohnung\nDatum: Wed, 18 Nov 2026 09:31:00 +0100\nMailer: Evolution\n\n" + BODY,
    "iOS": "> Anfang der weitergeleiteten Nachricht:\n> \n> Von: Erika Muster <erika@example.de>\n"
        "> Datum: 18. November 2026 um 09:31:00 MEZ\n> An: max@example.com\n> Betreff: Wohnung\n> Antwort an: "
        "erika.privat@example.com\n> \n> " + BODY.replace("\n", "\n> "),
    "nested bold": "Anfang der weitergeleiteten Nachricht:\n\n*Von: *Erika Muster <erika@example.de>\n"
        "*Datum: *18. November 2026 um 09:31:00 MEZ\n*An: *max@example.com\n*Betreff: **Wohnung*\n\n" + BODY,
    "SquirrelMail": "----------------- Ursprüngliche Nachricht ------------------\nBetreff: Wohnung\n"
        "Von:     \"Erika Muster\" <erika@example.de>\nDatum:   Mi, 18.11.2026, 09:31\nAn:      max@example.com\n"
        "--------------------------------------------------------------------------\n\n" + BODY,
    "Notes": "----- Weitergeleitet von Max Makler/Makler am 18.11.2026 10:00 -----\n\nVon:\tErika Muster "
        "<erika@example.de>\nAn:\tmax@example.com\nDatum:\t18.11.2026 09:31\nBetreff:\tWohnung\n\n\n" + BODY,
    "labels on their own lines": "Von:\nErika Muster <erika@example.de>\nGesendet:\n18. November 2026 09:31\n"
        "An:\nmax@example.com\nBetreff:\nWohnung\n\n" + BODY,
    "Yahoo, in one line": "   ----- Weitergeleitete Nachricht ----- Von: Erika Muster <erika@example.de>"
        "An: \"max@example.com\" <max@example.com>Gesendet: Mittwoch, 18. November 2026, 09:31 MEZBetreff: Wohnung\n "
        + BODY,
    "Zoho": "============ Forwarded message ============\nFrom: Erika Muster <erika@example.de>\n"
        "To: <max@example.com>\nDate: Wed, 18 Nov 2026 09:31:00 +0100\nSubject: Wohnung\n"
        "============ Forwarded message ============\n\n" + BODY,
    "mutt": "----- Forwarded message from Erika Muster <erika@example.de> -----\n\nDate: Wed, 18 Nov 2026 09:31:00 "
        "+0100\nFrom: Erika Muster <erika@example.de>\nTo: max@example.com\nSubject: Wohnung\nUser-Agent: Mutt\n\n"
        + BODY + "\n\n----- End forwarded message -----\n",
    "Yandex": "-------- Пересылаемое сообщение --------\n18.11.2026, 09:31, \"Erika Muster\" <erika@example.de>:\n\n"
        + BODY + "\n\n-------- Конец пересылаемого сообщения --------\n",
}  # fmt: skip


@pytest.mark.parametrize("program", GERMAN)
def test_programs(program: str) -> None:
    found = unwrap("Bitte ablegen\n\n" + GERMAN[program], "Fwd: Wohnung")
    assert found is not None
    assert found.sender == Participant("Erika Muster", "erika@example.de")
    assert (found.subject, found.note) == ("Wohnung", "Bitte ablegen")
    assert found.text.split() == BODY.split()
    assert found.date is not None and found.date.replace(tzinfo=None) == SHOWN


def test_the_outermost_mail_of_a_chain_is_the_one() -> None:
    inner = "---------- Forwarded message ---------\nFrom: A <a@example.de>\nSubject: Alt\nDate: 1.1.2026 10:00\n\nalt"
    found = unwrap(f"Notiz\n\n{SHORT}\n\n{inner}", "WG: Wohnung")
    assert found is not None and found.sender == Participant("Erika Muster", "erika@example.de")
    assert found.text.endswith(inner)


def test_a_wrapped_subject_goes_on_and_a_mail_that_follows_does_not() -> None:
    long = "Anfrage zur Wohnung in der Müllerstraße 12, 3 Zimmer, Balkon, Einbauküche,"
    wrapped = f"Von: E <e@example.de>\nDatum: 18.11.2026 09:31\nAn: m@example.com\nBetreff: {long}\nab sofort\n\nHallo"
    found = unwrap(wrapped, f"WG: {long} ab sofort")
    assert found is not None and (found.subject, found.text) == (f"{long} ab sofort", "Hallo")
    tight = f"Von: E <e@example.de>\nDatum: 18.11.2026 09:31\nAn: m@example.com\nBetreff: {long}\nHallo Max,\n\nTag"
    found = unwrap(tight, f"WG: {long}")
    assert found is not None and (found.subject, found.text) == (long, "Hallo Max,\n\nTag")


@pytest.mark.parametrize(
    "text",
    [
        "Notiz\n\n------ Trennung ------\n" + SHORT,
        "Notiz\n\n> Pradžia persiunčiamo laiško:\n> \n> " + SHORT.replace("\n", "\n> "),
        "Notiz\n\n" + SHORT.replace("Gesendet", "Kimenő"),
        "Notiz\n\n----- Forwarded Message ----- " + SHORT.replace("Gesendet", "Kimenő").replace("\n", "", 3),
    ],
    ids=["separator", "quoted separator", "date label", "date label in one line"],
)
def test_words_that_the_table_does_not_know(text: str) -> None:
    found = unwrap(text, "Fwd: Wohnung")
    assert found is not None and found.sender == Participant("Erika Muster", "erika@example.de")
    assert (found.note, found.date, found.text) == ("Notiz", SHOWN, BODY)


def test_a_mail_that_is_nothing_but_a_quote_was_passed_on() -> None:
    quote = "Am 18.11.2026 um 09:31 schrieb Erika <erika@example.de>:\n\n> frei?\n> Gruß\n"
    found = unwrap(quote, "Anfrage")
    assert found is not None and (found.text, found.subject) == ("frei?\nGruß", "Anfrage")
    assert unwrap(quote + "\nJa, ist sie.", "Anfrage") is None


def test_names_without_addresses_are_said_to_be_so() -> None:
    found = unwrap(SHORT.replace("Erika Muster <erika@example.de>", "Muster, Erika"), "WG: Wohnung")
    assert found is not None and found.sender == Participant("Muster, Erika", None)
    assert [english(note) for note in found.notes] == ["The forwarded text names the sender without a mail address."]


def test_who_wrote_on_behalf_of_whom() -> None:
    line = "portal@example.org [mailto:portal@example.org] Im Auftrag von Erika Muster"
    found = unwrap(SHORT.replace("Erika Muster <erika@example.de>", line), "WG: Wohnung")
    assert found is not None and found.sender == Participant(None, "portal@example.org")


def test_a_zone_in_the_date_is_kept() -> None:
    found = unwrap(HEADER.format(date="Wed, 18 Nov 2026 09:31:00 +0100") + "\nHallo", "WG: Wohnung")
    assert found is not None and found.date == datetime(2026, 11, 18, 9, 31, tzinfo=timezone(timedelta(hours=1)))


def test_a_message_id_in_the_block_is_read() -> None:
    found = unwrap(SHORT.replace("Betreff:", "Message-ID: <o1@example.de>\nBetreff:"), "WG: Wohnung")
    assert found is not None and found.message_id == "<o1@example.de>"


class Counted(Sequence[Line]):
    """Lines that count how often they are looked at."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines, self.looks = lines, 0

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        found = self.lines[index]
        self.looks += len(found) if isinstance(found, list) else 1
        return found

    def __len__(self) -> int:
        return len(self.lines)


@pytest.mark.parametrize("subject", ["Fwd: x", "AW: x"])
@pytest.mark.parametrize(
    "text",
    [
        "From:\n" * 4_000,
        "From: a@b.de\n" * 4_000,
        "From: a@b.de\nTo: x,\n" * 2_000,
        "\n" * 4_000 + SHORT,
        "-----Original Message-----\n\n\n" * 1_200,
        "12 schrieb ich a@b.de\n" * 2_000,
        "Von: a@b.de\nAn: " + "x@y.de,\n" * 2_000,
        "Subject: x\n" + " y\n" * 2_000,
        "> " * 20_000,
        "From: a@b.de\n" + "Priority: x\n" * 2_000,
        "From: a@b.de\nTo: x\n" + "X-Mark: x\nPriority: y\n" * 1_600,
    ],
    ids=[
        "labels",
        "senders",
        "pairs",
        "blanks",
        "separators",
        "attributions",
        "recipients",
        "folded",
        "quotes",
        "others",
        "unknown",
    ],
)
def test_the_work_grows_with_the_text_and_no_faster(text: str, subject: str | None) -> None:
    lines = Counted(to_lines(clean(text)))
    find_forward(lines, subject)
    assert lines.looks <= 40 * len(lines) + 1_000


@pytest.mark.parametrize(
    "text",
    [
        "a b c " * 180_000,
        "--------" + " " * 1_000_000,
        ":" * 1_000_000,
        "----- Forwarded Message ----- From: a@b.de" + "To: " * 250_000,
        SHORT.replace("max@example.com", '"\\' * 400_000),
        SHORT.replace("max@example.com", "<" * 400_000),
        SHORT.replace("max@example.com", "a," * 400_000),
        SHORT.replace("Wohnung", "[a]" * 300_000),
    ],
    ids=["words", "dashes", "colons", "yahoo", "quotes", "brackets", "commas", "tags"],
)
def test_a_megabyte_is_read(text: str) -> None:
    unwrap(text, "Fwd: x")  # would not come back if anything in it were worse than linear


def test_a_thousand_recipients_are_all_read() -> None:
    many = ",\n ".join(f"Person {i} <p{i}@example.com>" for i in range(1_000))
    found = unwrap(SHORT.replace("max@example.com", many), "WG: Wohnung")
    assert found is not None and len(found.to) == 1_000
    assert found.to[999] == Participant("Person 999", "p999@example.com")


def test_what_was_cut_is_said() -> None:
    found = unwrap(SHORT + "\n" + "lang " * 300_000, "WG: Wohnung")
    assert found is not None and any("very long" in english(note) for note in found.notes)


def test_the_public_cases() -> None:
    score = need("shared") / "eval" / "forwards" / "score.py"
    program = "import sys, json\nfrom bot.mail import jsonl_answer\n"
    program += "for line in sys.stdin: print(json.dumps(jsonl_answer(json.loads(line))))"
    command = [sys.executable, str(score), "--", sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    last = done.stdout.strip().splitlines()[-1]
    right, total = last.removeprefix("all fields: ").split("/")
    assert right == total, done.stdout


def test_the_answer_to_a_case_is_json() -> None:
    answer = jsonl_answer({"id": 7, "subject": "WG: Wohnung", "text": "Notiz\n\n" + SHORT})
    assert json.loads(json.dumps(answer)) == {
        "id": 7,
        "forwarded": True,
        "note": "Notiz",
        "original": {
            "from": {"name": "Erika Muster", "address": "erika@example.de"},
            "to": [{"name": None, "address": "max@example.com"}],
            "cc": [],
            "subject": "Wohnung",
            "date": "2026-11-18T09:31:00",
            "text": BODY,
        },
    }
    nothing = {"id": None, "forwarded": False, "note": None, "original": None}
    assert jsonl_answer({"id": None, "subject": None, "text": "Hallo"}) == nothing


@pytest.mark.parametrize(
    "case",
    [{"a": 1}, {"id": 1, "text": "Hallo"}, {"id": 1, "subject": ""}, {"id": 1, "subject": "", "text": None}, [], "id"],
)
def test_a_case_without_id_subject_and_text_is_refused(case: object) -> None:
    with pytest.raises(ValueError, match="id, subject and text"):
        jsonl_answer(case)
