"""The file of links: read back, taken back, repeated, and torn by a crash."""

from __future__ import annotations

import csv
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.crm import CRMError, LinkState, Outcome
from bot.crm.csvfile import CsvConfig, CsvFile
from bot.mail import IdSource, Mail, MessageId, Participant
from bot.records import Record

MAIL = Mail(
    sender=Participant("Eva Lang", "eva@example.com"),
    subject='=HYPERLINK("https://example.com")',
    message_ids=(MessageId("<1@example.com>", IdSource.OWN),),
)


@pytest.fixture
def book(tmp_path: Path) -> CsvFile:
    (tmp_path / "people.csv").write_text("ID;Vorname;Name\n1;Eva;Lang\n2;Max;Lang\n")
    return CsvFile(CsvConfig((tmp_path / "people.csv",), tmp_path / "links.csv"))


@pytest.fixture
def people(book: CsvFile) -> list[Record]:
    return [record for page in book.changes(None) for record in page.records]


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "links.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_linked_verified_taken_back_and_linked_again(book: CsvFile, people: list[Record], tmp_path: Path) -> None:
    receipts = book.verify(MAIL, None, book.link(MAIL, None, people, LinkState(frozenset())))
    assert [(r.outcome, r.verified) for r in receipts] == [(Outcome.LINKED, True)] * 2
    [off] = book.verify(MAIL, None, book.link(MAIL, None, [], None, [people[0].ref]))
    assert (off.outcome, off.verified) == (Outcome.UNLINKED, True)
    [back] = book.unlink(None, [off])
    assert (back.outcome, back.verified) == (Outcome.RESTORED, True)
    undone = book.unlink(None, receipts)
    assert [(r.outcome, r.verified) for r in undone] == [(Outcome.UNLINKED, True)] * 2
    assert book.linked(MAIL, None) == LinkState(frozenset())
    assert [row["action"] for row in rows(tmp_path)] == ["linked"] * 2 + ["unlinked", "linked"] + ["unlinked"] * 2
    assert stat.S_IMODE((tmp_path / "links.csv").stat().st_mode) == 0o600


def test_a_repeated_call_writes_nothing_and_knows_whose_link_it_is(
    book: CsvFile, people: list[Record], tmp_path: Path
) -> None:
    before = book.linked(MAIL, None)
    book.link(MAIL, None, people[:1], before)  # and the process dies before it has the receipt
    [again] = book.link(MAIL, None, people[:1], before)
    assert again.outcome is Outcome.LINKED
    assert book.undoable(again)
    [later] = book.link(MAIL, None, people[:1], book.linked(MAIL, None))
    assert later.outcome is Outcome.ALREADY
    assert not book.undoable(later)
    assert len(rows(tmp_path)) == 1


def test_half_a_row_that_a_crash_left_counts_for_nothing(book: CsvFile, people: list[Record], tmp_path: Path) -> None:
    book.link(MAIL, None, people[:1], None)
    file = tmp_path / "links.csv"
    whole = file.read_bytes()
    book.link(MAIL, None, people[1:], None)
    added = file.read_bytes()[len(whole) :]
    for cut in range(len(added)):
        file.write_bytes(whole + added[:cut])
        assert book.linked(MAIL, None) == LinkState(frozenset({people[0].ref})), cut
    [receipt] = book.verify(MAIL, None, book.link(MAIL, None, people[1:], LinkState(frozenset())))
    assert (receipt.outcome, receipt.verified, len(rows(tmp_path))) == (Outcome.LINKED, True, 2)


def test_a_mail_has_no_formula_for_a_spreadsheet_and_stays_one_line(
    book: CsvFile, people: list[Record], tmp_path: Path
) -> None:
    book.link(replace(MAIL, sender=Participant("+49\nEva", None)), None, people[:1], None)
    [row] = rows(tmp_path)
    assert row["subject"].startswith("'=")
    assert row["sender"] == "'+49 Eva"
    assert len((tmp_path / "links.csv").read_bytes().splitlines()) == 2


def test_many_at_once_link_each_record_once(book: CsvFile, people: list[Record], tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(book.link, MAIL, None, people, None)
    assert [row["id"] for row in rows(tmp_path)] == ["1", "2"]


def test_a_record_that_left_the_export_is_refused_alone(book: CsvFile, people: list[Record], tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("ID;Vorname;Name\n2;Max;Langer\n")
    gone, there = book.link(MAIL, None, people, None)
    assert (gone.outcome, there.outcome) == (Outcome.REFUSED, Outcome.LINKED)


def test_what_was_taken_out_of_the_file_by_hand_is_not_called_linked(
    book: CsvFile, people: list[Record], tmp_path: Path
) -> None:
    receipts = book.link(MAIL, None, people[:1], None)
    (tmp_path / "links.csv").write_text("")
    [seen] = book.verify(MAIL, None, receipts)
    assert (seen.outcome, seen.verified) == (Outcome.NOT_SET, False)


def test_a_file_that_cannot_be_written_is_a_sentence(book: CsvFile, people: list[Record], tmp_path: Path) -> None:
    (tmp_path / "links.csv").mkdir()
    with pytest.raises(CRMError) as caught:
        book.link(MAIL, None, people, None)
    assert caught.value.permanent
    assert [line.ok for line in book.checks()] == [True, False]
