"""The small parts: dates, participants, subjects, and the table of words itself."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail import Participant, base_subject, parse_date
from bot.mail.participants import parse_people
from bot.mail.subjects import SubjectKind, subject_kind, without_forward_prefix
from bot.mail.words import Role, fold, words
from tests.mail.layouts import TABLE


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("Mi., 27. Okt. 2021 um 09:31 Uhr", "de", "2021-10-27T09:31:00"),
        ("05.04.2026 08:07", "de", "2026-04-05T08:07:00"),
        ("Mittwoch, Oktober 27, 2021 15:14", "de", "2021-10-27T15:14:00"),
        ("17. Mai 2023 um 22:36:20 MESZ", "de", "2023-05-17T22:36:20+02:00"),
        ("18.12.22  12:23  (GMT+01:00)", "de", "2022-12-18T12:23:00+01:00"),
        ("14. Nov. 2026 12:01 OESZ", "de", "2026-11-14T12:01:00+03:00"),
        ("02/10/2023 4:52 PM EST", "en", "2023-02-10T16:52:00-05:00"),
        ("28/10/2021 12:46", "en", "2021-10-28T12:46:00"),
        ("Wed, Oct 27, 2021 at 9:31 AM", "en", "2021-10-27T09:31:00"),
        ("Wed, 3 Nov 2021 15:51:30 +0100", None, "2021-11-03T15:51:30+01:00"),
        ("Wed, 3 Nov 2021 15:51:30 -0000", None, "2021-11-03T15:51:30+00:00"),
        ("2021-10-28 12:46", "sv", "2021-10-28T12:46:00"),
        ("úterý 2. listopadu 2021 09:26:50 SEČ", "cs", "2021-11-02T09:26:50+01:00"),
        ("csütörtök, 2021. október 28. 12:46", "hu", "2021-10-28T12:46:00"),
        ("2022年9月19日月曜日 17:55:44 -0400", "ja", "2022-09-19T17:55:44-04:00"),
        ("maanantai 19. syyskuuta 2022 klo 17.55.44 -0400", "fi", "2022-09-19T17:55:44-04:00"),
        ("tirsdag den 2. november 2021 09.26.50 CET", "da", "2021-11-02T09:26:50+01:00"),
        ("sri, 27. lis 2021. u 09:31", "hr", "2021-10-27T09:31:00"),
        ("ср, 27 окт. 2021 г. в 09:31", "ru", "2021-10-27T09:31:00"),
    ],
)
def test_dates(text: str, language: str | None, iso: str) -> None:
    found = parse_date(text, language)
    assert found is not None and found.isoformat() == iso


@pytest.mark.parametrize("text", ["", "10 Uhr", "morgen", "x" * 5_000, "1" * 5_000, "Wohnung 12", "99.99.9999 99:99"])
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(
    st.text(alphabet="0123456789 .,:/-+TZMoapmGMTÄ年月日曜", max_size=40),
    st.sampled_from([None, "de", "en", "ja", "xx"]),
)
def test_any_text_may_be_asked_for_its_date(text: str, language: str | None) -> None:
    found = parse_date(text, language)
    assert found is None or datetime.fromisoformat(found.isoformat()) == found


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Erika <e@example.de>", ["Erika <e@example.de>"]),
        ("e@example.de <e@example.de>; Info", ["e@example.de", "Info"]),
        ('"Muster, Erika" <e@example.de>, <i@example.de>', ["Muster, Erika <e@example.de>", "i@example.de"]),
        ("Muster, Erika <e@example.de>, Max<m@example.de>", ["Muster, Erika <e@example.de>", "Max <m@example.de>"]),
        ("Erika Muster, Max Makler <m@example.de>", ["Erika Muster", "Max Makler <m@example.de>"]),
        ("a@x.de, b@x.de,c@x.de", ["a@x.de", "b@x.de", "c@x.de"]),
        ("<a@x.de<mailto:a@x.de>>, Max <m@x.de<mailto:m@x.de>>", ["a@x.de", "Max <m@x.de>"]),
        ("Erika<mailto:e@x.de> <e@x.de<mailto:e@x.de>>", ["Erika <e@x.de>"]),
        ("Erika Muster [mailto:e@x.de]; 'Max' [m@x.de]", ["Erika Muster <e@x.de>", "Max <m@x.de>"]),
        ("Erika (e@x.de)", ["Erika <e@x.de>"]),
        ("Erika (Büro) <e@x.de>", ["Erika (Büro) <e@x.de>"]),
        ("Portal < e@\nx.de >", ["Portal <e@x.de>"]),
        ("Muster, Erika; Makler, Max", ["Muster, Erika", "Makler, Max"]),
        ("undisclosed-recipients:;", []),
        ("Erika </O=EXAMPLE/CN=E>", ["Erika"]),
        ('"O\\"Neill" <o@x.de>', ['O"Neill <o@x.de>']),
        ("Erika e@x.de", ["Erika <e@x.de>"]),
        ("Erika <mailto:e@x.de|e@x.de>", ["Erika <e@x.de>"]),
        (" ,;, ", []),
    ],
)
def test_participants(text: str, people: list[str]) -> None:
    assert [str(one) for one in parse_people(text)] == people


@given(st.text(alphabet="ab@.,;<>()[]\"'\\ :äm\n", max_size=60))
def test_any_text_may_be_a_list_of_people(text: str) -> None:
    for one in parse_people(text):
        assert one.name or one.address
        assert one.address is None or ("@" in one.address and not set(one.address) & set("<>,; "))
        assert one == Participant(one.name, one.address)


@pytest.mark.parametrize(
    ("subject", "kind", "inner", "base"),
    [
        ("WG: AW: Wohnung", "forward", "AW: Wohnung", "Wohnung"),
        ("[Fwd: AW: Wohnung]", "forward", "AW: Wohnung", "Wohnung"),
        ("AW: WG: Wohnung", "reply", "AW: WG: Wohnung", "Wohnung"),
        ("[EXTERN] Fwd: Wohnung", "forward", "Wohnung", "Wohnung"),
        ("Re[2]: Wohnung", "reply", "Re[2]: Wohnung", "Wohnung"),
        ("İLT: Daire", "forward", "Daire", "Daire"),
        ("Fwd：転送", "forward", "転送", "転送"),
        ("Wohnung (fwd)", "forward", "Wohnung", "Wohnung"),
        ("Wohnung: 3 Zimmer", "neutral", "Wohnung: 3 Zimmer", "Wohnung: 3 Zimmer"),
        ("[Projekt] Wohnung", "neutral", "[Projekt] Wohnung", "[Projekt] Wohnung"),
        ("", "neutral", "", ""),
        ("Fwd:", "forward", "", ""),
    ],
)
def test_subjects(subject: str, kind: str, inner: str, base: str) -> None:
    assert subject_kind(subject) == kind
    assert without_forward_prefix(subject) == inner
    assert base_subject(subject) == base


def test_a_prefix_of_two_meanings_follows_the_language() -> None:
    assert subject_kind("VS: x") is SubjectKind.FORWARD
    assert subject_kind("VS: x", frozenset({"fi"})) is SubjectKind.REPLY
    assert subject_kind("VS: x", frozenset({"da"})) is SubjectKind.FORWARD


@given(st.text(max_size=60))
def test_the_base_of_a_subject_has_no_prefix_left(subject: str) -> None:
    assert base_subject(base_subject(subject)) == base_subject(subject)


def test_no_label_means_two_things() -> None:
    """A word that is "from" in one language and "to" in another would be read wrongly in one of them."""
    kinds: dict[str, set[Role]] = {}
    for entry in TABLE.values():
        for role in Role:
            for label in entry.get(role, ()):
                kinds.setdefault(fold(label), set()).add(role)
    assert {label: found for label, found in kinds.items() if len(found) > 1} == {}
    assert words().labels[fold("Betreff")][0] is Role.SUBJECT
