"""A saved index: as good as the built one, mapped at once, and refused where it is not just right."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.matching import MailWords, Matcher, UnusableIndexError, saved
from bot.records import Category, Record
from tests.matching.people import DIRECTORY, deal, estate, person, ref

MAILS = [
    MailWords.from_headers(
        "Müller, Anna <anna.mueller@example.de>", "", "Lindenstr. 12", "Alex von der Heide, E 01002"
    ),
    MailWords(text="Herr Müller von der Zschopauer Holzbau, Tel. 0171/9876543, Lindnestraße 14a in Berlin"),
    MailWords(text="Xenia Quastenflosser, Verkauf Rosenquartier Potsdam BA 2, 742 Maple Ave."),
]
TYPED = ("mül", "lindenstr 14", "e-01002", "duranona@", "kathrina", "s")


def same(one: Matcher, other: Matcher) -> None:
    for mail in MAILS:
        assert one.match(mail) == other.match(mail)
    for text in TYPED:
        assert one.search(text, tuple(Category)) == other.search(text, tuple(Category))
    assert len(one) == len(other)


def test_a_saved_index_matches_as_the_built_one(tmp_path: Path) -> None:
    built = Matcher(DIRECTORY)
    built.save(tmp_path, "up to noon")
    loaded, note = Matcher.load(tmp_path)
    assert note == "up to noon"
    same(built, loaded)
    assert all(loaded.get(record.ref) == record for record in DIRECTORY)


def test_changes_in_place_are_as_in_the_built_one(tmp_path: Path) -> None:
    built = Matcher(DIRECTORY)
    built.save(tmp_path)
    loaded, _ = Matcher.load(tmp_path)
    for matcher in (built, loaded):
        matcher.update([person("99", "Xenia", "Quastenflosser"), replace(DIRECTORY[0], city="Kiel")], [ref("4")])
        matcher.update([estate("98", "Lindenstraße", "16", "12345", "Berlin", name="Mansarde")])
    same(built, loaded)
    assert ref("99") in {match.ref for match in loaded.match(MAILS[2])}
    assert loaded.get(ref("4")) is None
    loaded.save(tmp_path)  # with the changes
    again, _ = Matcher.load(tmp_path)
    same(loaded, again)


def test_a_newer_index_replaces_the_older_and_leaves_nothing_behind(tmp_path: Path) -> None:
    first = Matcher(DIRECTORY)
    first.save(tmp_path)
    mapped, _ = Matcher.load(tmp_path)
    Matcher(DIRECTORY[:5]).save(tmp_path)
    assert len(Matcher.load(tmp_path)[0]) == 5
    assert len(list(tmp_path.iterdir())) == 2
    same(first, mapped)  # who had mapped the older one goes on with it


def test_only_the_owner_can_read_the_files(tmp_path: Path) -> None:
    Matcher(DIRECTORY).save(tmp_path / "index")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "index").rglob("*.*")}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "index").stat().st_mode) == 0o700


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_is_refused(tmp_path: Path, data: st.DataObject) -> None:
    if not (tmp_path / "index.json").exists():
        Matcher(DIRECTORY).save(tmp_path)
    path = data.draw(st.sampled_from(sorted(path for path in tmp_path.rglob("*") if path.is_file())))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    broken = data.draw(st.sampled_from([whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]]))
    path.write_bytes(broken)
    try:
        with pytest.raises(UnusableIndexError):
            Matcher.load(tmp_path)
    finally:
        path.write_bytes(whole)


def test_missing_files_other_versions_and_other_regions_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnusableIndexError):
        Matcher.load(tmp_path / "nowhere")
    Matcher(DIRECTORY).save(tmp_path)
    with pytest.raises(UnusableIndexError):
        Matcher.load(tmp_path, region="AT")
    monkeypatch.setattr(saved, "FORMAT", saved.FORMAT + 1)
    with pytest.raises(UnusableIndexError):
        Matcher.load(tmp_path)
    monkeypatch.undo()
    next(tmp_path.rglob("packed.npy")).unlink()
    with pytest.raises(UnusableIndexError):
        Matcher.load(tmp_path)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), st.lists(st.text(max_size=9), max_size=2))
def test_any_record_comes_back_from_the_files_as_it_was(
    tmp_path: Path, name: str, given_name: str, street: str, emails: list[str]
) -> None:
    odd = Record(ref("odd"), Category.PERSON, name, given_name=given_name, street=street, emails=tuple(emails))
    parts = replace(odd, ref=ref("parts"), name=f"{given_name} {street}", family_name=street, related=(ref("1"),))
    control = deal("c", f"{name}\x1f\x1e\x1d\x1c", company="\x1d")
    Matcher([odd, parts, control, *DIRECTORY]).save(tmp_path)
    loaded, _ = Matcher.load(tmp_path)
    assert [loaded.get(record.ref) for record in (odd, parts, control)] == [odd, parts, control]


def test_the_description_holds_no_mail_and_says_its_version(tmp_path: Path) -> None:
    Matcher(DIRECTORY).save(tmp_path)
    manifest = json.loads(json.loads((tmp_path / "index.json").read_text("utf-8"))["manifest"])
    assert manifest["format"] == saved.FORMAT
    assert set(manifest["sums"]) == {path.stem for path in tmp_path.rglob("*.npy")}
