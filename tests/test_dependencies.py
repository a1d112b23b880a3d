"""What is installed, held against the locks: versions, hashes, licences. What needs the internet stands in
docs/security.md."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.licences import NOT_OURS, names, rows, said, written

ROOT = Path(__file__).parent.parent
LOCKS = sorted(ROOT.glob("requirements*.lock"))
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
TAKEN = re.compile(r"\b(MIT|0?BSD|Apache|PSF|Python Software Foundation|Mozilla Public License 2\.0|MPL-2\.0|ISC|Zlib)")
BINDING = re.compile(r"GPL|GNU|Affero|SSPL|Commons Clause|Business Source", re.IGNORECASE)
# docs/dependencies.md says why.
EXCEPTED = {"psycopg", "psycopg-binary"}


def locked(lock: Path) -> list[tuple[Requirement, str]]:
    """What a lock asks for, each with all its lines."""
    entries = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())
    return [(Requirement(re.split(r"\s*\\\n|\s--hash", entry)[0]), entry) for entry in entries]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_hashes(lock: Path) -> None:
    entries = locked(lock)
    assert entries
    for wanted, entry in entries:
        assert [one.operator for one in wanted.specifier] == ["=="], wanted.name
        assert HASH.search(entry), wanted.name
        assert wanted.url is None, wanted.name


def test_what_is_installed_is_what_is_locked() -> None:
    wanted = [one for one, _ in locked(ROOT / "requirements-dev.lock") if not one.marker or one.marker.evaluate()]
    for one in wanted:
        try:
            version = distribution(one.name).version
        except PackageNotFoundError:
            raise AssertionError(f"{one.name} is not installed") from None
        assert one.specifier.contains(version, prereleases=True), f"{one.name} {version}"
    known = {canonicalize_name(one.name) for one in wanted} | NOT_OURS
    assert {canonicalize_name(one.name) for one in distributions()} - known == set()


def test_what_runs_is_what_was_tested() -> None:
    tested = {(one.name, str(one.specifier)) for one, _ in locked(ROOT / "requirements-dev.lock")}
    assert {(one.name, str(one.specifier)) for one, _ in locked(ROOT / "requirements.lock")} - tested == set()


def test_what_is_installed_fits_together() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_licence_is_one_that_we_take() -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    wrong = []
    for package in distributions():
        name, words = canonicalize_name(package.name), said(package)
        if name in EXCEPTED:
            assert name.removesuffix("-binary") in explained
        elif BINDING.search(words) or not TAKEN.search(words):
            wrong.append(f"{name}: {words or 'says nothing'}")
    assert wrong == []


def test_the_page_has_the_licence_of_everything_that_is_installed() -> None:
    """Where this fails: `python -m benchmarks.licences`. Of what other systems have more rows may be there."""
    here, page = rows(distributions()), written()
    assert {name: row for name, row in page.items() if name in here} == here
    assert set(page) - set(here) <= names(ROOT / "requirements-dev.lock")


@pytest.mark.parametrize(
    ("said", "is_taken"),
    [("MIT", True), ("Apache-2.0 OR BSD-3-Clause", True), ("GPL-3.0-only", False), ("LGPL-2.1", False), ("", False)],
)
def test_licences_are_told_apart(said: str, is_taken: bool) -> None:
    assert bool(TAKEN.search(said) and not BINDING.search(said)) is is_taken
