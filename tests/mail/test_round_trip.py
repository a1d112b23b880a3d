"""Forwards composed in every layout and language and read back: forwarded again and again, wrapped, quoted."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from bot.mail import Participant, Unwrapped, unwrap
from tests.mail.layouts import ALL, LAYOUTS, LOCALES, Content, Words, choices, people

Layout = Callable[[Words, Content], str]

_FIRST = ("Erika", "Jürgen", "Zoë", "Søren", "Łucja", "Anaïs", "Dr. Ömer", "Mary Ann")
_LAST = ("Muster", "Müller-Lüdenscheidt", "van der Berg", "O'Neill", "Şahin", "Kowalska", "Nagy")
_SUBJECTS = (
    "Wohnung in der Müllerstraße",
    "AW: Besichtigung am Montag um 10:30",
    "Offer no. 4711",
    "Rückfrage: Kaution",
)
_TEXTS = (
    "Guten Tag,\n\nist die Wohnung noch frei?\n\nViele Grüße\nErika",
    "Hallo,\n\n- 3 Zimmer\n- Balkon\n\nTel.: 030 123456",
    "Kurze Frage.",
)
_NOTES = ("Bitte ablegen.", "Für die Akte Müllerstraße 12\n\nDanke!", "FYI")


def content(random: Random) -> Content:
    """A mail as random as `random` is."""

    def someone(number: int) -> tuple[str, str]:
        name = f"{random.choice(_FIRST)} {random.choice(_LAST)}" if random.random() < 0.7 else ""
        return name, f"person.{number}+{random.randrange(99)}@example.{random.choice(['de', 'com', 'org'])}"

    return Content(
        name=f"{random.choice(_FIRST)} {random.choice(_LAST)}",
        address=f"absender.{random.randrange(999)}@example.de",
        to=tuple(someone(i) for i in range(random.randint(1, 4))),
        cc=tuple(someone(i + 10) for i in range(random.randint(0, 2))),
        subject=random.choice(_SUBJECTS),
        body=random.choice(_TEXTS),
        note=random.choice(_NOTES),
    )


def check(found: Unwrapped | None, written: Content, text: str) -> Unwrapped:
    """Everything in the header must have been read as it was written."""
    assert found is not None, text
    assert found.sender == Participant(written.name, written.address), text
    assert tuple((one.name or "", one.address) for one in found.to) == written.to, text
    assert tuple((one.name or "", one.address) for one in found.cc) == written.cc, text
    assert found.subject == written.subject, text
    assert found.date is not None and found.date.strftime("%Y-%m-%d %H:%M") == "2026-11-18 09:31", text
    assert found.note.split() == written.note.split(), text
    return found


def forms(layout: Layout, locale: str) -> list[tuple[Words, Random]]:
    """Some of the language's words, others for each layout, each with randomness of its own."""
    start = Random(f"{layout.__name__}:{locale}")  # noqa: S311 - nothing secret
    some = start.sample(choices(locale), min(4, len(choices(locale))))
    return [(words, Random(f"{layout.__name__}:{locale}:{i}")) for i, words in enumerate(some)]  # noqa: S311


every_form = pytest.mark.parametrize(("layout", "locale"), ALL, ids=lambda one: getattr(one, "__name__", one))


@every_form
def test_forwarded_three_times_the_outermost_is_read_and_then_the_next(layout: Layout, locale: str) -> None:
    for words, random in forms(layout, locale):
        mails = [content(random) for _ in range(3)]
        other = random.choice(LAYOUTS)
        text = layout(words, mails[2])
        for outer, one in ((other, 1), (layout, 0)):
            said = replace(mails[one], subject=f"{words.prefix}: {mails[one + 1].subject}", body=text)
            mails[one] = said
            text = outer(words, said)
        subject = f"{words.prefix}: {mails[0].subject}"
        for written in mails:
            found = check(unwrap(text, subject), written, text)
            text, subject = found.text, found.subject
        assert text.split() == mails[2].body.split()


@every_form
def test_quoted(layout: Layout, locale: str) -> None:
    for words, random in forms(layout, locale):
        written = content(random)
        for mark in ("> ", ">", "> > "):
            quoted = replace(written, note="")
            text = "\n".join(mark + line for line in layout(words, quoted).replace("\r\n", "\n").split("\n"))
            found = check(unwrap(text, f"{words.prefix}: {written.subject}"), quoted, text)
            assert found.text.split() == written.body.split(), text


@every_form
def test_wrapped_as_programs_do_that_send_lines_of_76(layout: Layout, locale: str) -> None:
    for words, random in forms(layout, locale):
        written = content(random)
        lines = layout(words, written).replace("\r\n", "\n").split("\n")
        rows = [textwrap.wrap(line, 76, break_long_words=False, break_on_hyphens=False) or [line] for line in lines]
        if any(line.startswith(">") and len(line) > 76 for line in lines):
            continue  # what is quoted is wrapped before the quote marks are set
        text = "\n".join(row for some in rows for row in some)
        found = check(unwrap(text, f"{words.prefix}: {written.subject}"), written, text)
        assert found.text.split() == written.body.split(), text


def test_the_forms_are_many() -> None:
    assert len(LAYOUTS) >= 10 and len(LOCALES) >= 22
    assert people((("A", "a@example.de"), ("", "b@example.de"))) == "A <a@example.de>, b@example.de"
