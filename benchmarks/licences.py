"""The licence of every package that is installed, as the package says it: `python -m benchmarks.licences` writes the
table in docs/dependencies.md anew, `tests/test_dependencies.py` holds it against what is installed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
BEGIN, END = "<!-- written by python -m benchmarks.licences -->\n", "<!-- end -->"
# Of the installer, and we ourselves.
NOT_OURS = {"pip", "setuptools", "wheel", "linkbot"}
# Where a package says it in words only (a classifier of the index), the name that SPDX has for it.
SPDX = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def said(package: Distribution) -> str:
    """What a package says of its licence: in its own field, or else as classifiers, or else in words."""
    fields: dict[str, str | list[str]] = package.metadata.json
    classified = [one for one in fields.get("classifier", []) if one.startswith("License ::")]
    return str(fields.get("license_expression") or " ".join(classified) or fields.get("license", "")).split("\n")[0]


def licence(package: Distribution) -> str:
    """The same in SPDX's names."""
    words = said(package)
    return SPDX.get(words.rpartition(" :: ")[2], words)


def names(lock: Path) -> set[str]:
    """The packages of a lock."""
    return {canonicalize_name(one) for one in re.findall(r"^([\w.-]+)==", lock.read_text("utf-8"), re.MULTILINE)}


def rows(packages: Iterable[Distribution]) -> dict[str, tuple[str, str]]:
    """Of each package its licence, and what it is there for."""
    running = names(ROOT / "requirements.lock")
    found = {canonicalize_name(one.name): licence(one) for one in packages}
    return {
        name: (found[name], "to run" if name in running else "to try and test")
        for name in sorted(found)
        if name not in NOT_OURS
    }


def written() -> dict[str, tuple[str, str]]:
    """The rows on the page."""
    table = PAGE.read_text("utf-8").split(BEGIN)[1].split(END)[0]
    cells = re.findall(r"^\| (\S+) \| (.+?) \| (to .+?) \|$", table, re.MULTILINE)
    return {name: (licence, use) for name, licence, use in cells}


def lines(table: dict[str, tuple[str, str]]) -> Iterator[str]:
    yield "| Package | Licence | Installed |\n|---|---|---|\n"
    for name, (licence, use) in sorted(table.items()):
        yield f"| {name} | {licence} | {use} |\n"


def main() -> None:
    known = names(ROOT / "requirements.lock") | names(ROOT / "requirements-dev.lock")
    # What another Python or another system has is not installed here; its row stays as it is.
    kept = {name: row for name, row in written().items() if name in known}
    before, after = PAGE.read_text("utf-8").split(BEGIN)
    table = "".join(lines(kept | rows(distributions())))
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after.split(END)[1]}", "utf-8")
    sys.stdout.write(f"{len(kept)} → {table.count(chr(10)) - 2} packages\n")


if __name__ == "__main__":
    main()
