"""Exports as programs write them: encodings, delimiters, headings, and what becomes of the rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.crm import CRMError
from bot.crm.csvfile import CsvConfig, CsvFile
from bot.crm.cursor import is_full
from bot.records import Category, Record
from tests.saying import english

GERMAN = (
    "Vorname;Name;Straße;PLZ;Ort;E-Mail;Telefon\r\n"
    "Jürgen;Müller;Lindenstr. 12 a;12345;Köln;J.Mueller@example.de;030 / 1234567\r\n"
)


def crm(folder: Path, *files: Path) -> CsvFile:
    return CsvFile(CsvConfig(files, folder / "links.csv"))


def read(folder: Path, content: str | bytes, encoding: str = "utf-8") -> list[Record]:
    file = folder / "export.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return [record for page in crm(folder, file).changes(None) for record in page.records]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_encoding_of_exports_is_read(tmp_path: Path, encoding: str) -> None:
    [record] = read(tmp_path, GERMAN, encoding)
    assert (record.given_name, record.family_name, record.city) == ("Jürgen", "Müller", "Köln")
    assert (record.street, record.house_number, record.postal_code) == ("Lindenstr.", "12 a", "12345")
    assert record.emails == ("j.mueller@example.de",)
    assert record.phones == ("030 / 1234567",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("above", ["", "sep={}\r\n", "Export of 3 May\r\n\r\n"])
def test_every_delimiter_and_what_stands_above_the_headings(tmp_path: Path, delimiter: str, above: str) -> None:
    text = above.format(delimiter) + GERMAN.replace(";", delimiter)
    assert [record.name for record in read(tmp_path, text)] == ["Jürgen Müller"]


@pytest.mark.parametrize(
    ("headings", "row", "category", "name", "emails"),
    [
        # Outlook, Google, HubSpot, Salesforce, Pipedrive
        (
            "First Name,Last Name,Company,Business Street,E-mail Address,E-mail 2 Address",
            "Eva,Lang,Lang Ltd,1 High Street,eva@example.com,e.lang@example.com",
            Category.PERSON,
            "Eva Lang",
            ("eva@example.com", "e.lang@example.com"),
        ),
        (
            "First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value",
            "Eva,Lang,* Work,eva@example.com ::: e.lang@example.com,020 7946 0151",
            Category.PERSON,
            "Eva Lang",
            ("eva@example.com", "e.lang@example.com"),
        ),
        ("Record ID,Company name,City", "77,Lang Ltd,London", Category.COMPANY, "Lang Ltd", ()),
        (
            "Account Name,Billing Street,Billing Zip/Postal Code",
            "Lang Ltd,1 High Street,EC2A 4NE",
            Category.COMPANY,
            "Lang Ltd",
            (),
        ),
        (
            "Person - Name,Person - Email - Work,Organization - Name",
            '"Lang, Eva",eva@example.com,Lang Ltd',
            Category.PERSON,
            "Eva Lang",
            ("eva@example.com",),
        ),
        ("Deal - Title,Deal - Stage", "Office fit-out,Open", Category.DEAL, "Office fit-out", ()),
        (
            "ImmoNr,Objekttitel,Straße,Hausnummer,Ort",
            "NL-1,Altbau,Lindenstr.,12,Berlin",
            Category.PROPERTY,
            "Altbau",
            (),
        ),
        (
            "Name,E-Mail",
            "Max von der Mustermann,max@example.de",
            Category.PERSON,
            "Max von der Mustermann",
            ("max@example.de",),
        ),
        ("Firma,Vorname,Nachname", "Vogel Bau GmbH,,", Category.COMPANY, "Vogel Bau GmbH", ()),
    ],
)
def test_headings_of_real_programs(
    tmp_path: Path, headings: str, row: str, category: Category, name: str, emails: tuple[str, ...]
) -> None:
    [record] = read(tmp_path, f"{headings}\n{row}\n")
    assert (record.category, record.name, record.emails) == (category, name, emails)


def test_an_address_is_not_put_together_from_two(tmp_path: Path) -> None:
    heads = "First Name,Last Name,Home City,Business Street,Business City"
    [record] = read(tmp_path, f"{heads}\nEva,Lang,Leeds,1 High Street,London\n")
    assert (record.street, record.city) == ("High Street", "London")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no row of headings"),
        ("some,words\nwithout,meaning\n", "no row of headings"),
        ("Vorname;Name\n", "holds no records"),
        ("ID;Vorname;Name\n7;Eva;Lang\n8;Max;Lang\n7;Ada;Lang\n", "lines 2 and 4 have the same number 7"),
        ("Vorname;Name\nEva;" + "x" * 200_000 + "\n", "is not a CSV file"),
    ],
)
def test_an_export_that_went_wrong_is_a_sentence(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(CRMError) as caught:
        read(tmp_path, content)
    assert words in english(caught.value.message)
    assert caught.value.permanent


def test_rows_without_numbers_keep_their_names_when_others_come(tmp_path: Path) -> None:
    [before] = read(tmp_path, GERMAN)
    after = read(tmp_path, GERMAN.replace("Jürgen;", "Eva;Lang;;;;;\r\nJürgen;"))
    assert len(after) == 2
    assert before in after


def test_only_a_file_that_changed_is_read_again_and_what_left_it_vanishes(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("Vorname;Name\n" + "".join(f"Eva;Lang{'g' * n}\n" for n in range(3)))
    book = crm(tmp_path, file)
    [page] = book.changes(None)
    assert (len(page.records), page.last, is_full(page.cursor)) == (3, True, True)
    [page] = book.changes(page.cursor)
    assert (page.records, page.last, is_full(page.cursor)) == ((), True, False)
    file.write_text("Vorname;Name\nEva;Lang\n")
    [page] = book.changes(page.cursor)
    assert (len(page.records), page.last, is_full(page.cursor)) == (1, True, True)
    file.unlink()
    with pytest.raises(CRMError) as caught:
        list(book.changes(page.cursor))
    assert not caught.value.permanent


def test_a_sync_that_was_killed_goes_on_from_its_page(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("Vorname;Name\n" + "".join(f"Eva;Lang{n}\n" for n in range(1200)))
    first, *rest = crm(tmp_path, file).changes(None)
    again = list(crm(tmp_path, file).changes(first.cursor))
    assert [page.records for page in again] == [page.records for page in rest]
    assert again[-1].last
    assert is_full(again[-1].cursor)
    file.write_text("Vorname;Name\nEva;Lang\n")
    [page] = crm(tmp_path, file).changes(first.cursor)
    assert len(page.records) == 1


def test_the_doctor_says_what_is_read_of_each_file_and_what_not(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "gone.csv"
    good.write_text("Vorname;Name;Geburtstag\nEva;Lang;1.1.\n")
    lines = crm(tmp_path, good, bad).checks()
    assert [line.ok for line in lines] == [True, False, True]
    assert english(lines[0].detail) == "1 records; columns that are not used: Geburtstag"
    assert "cannot be read" in english(lines[1].detail)
