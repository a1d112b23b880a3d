"""What stands on README and the pages as something to type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "sandbox/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "bot").glob("**/README.md")),
]
CODE = re.compile(r"`([^`\n]+)`|^ {4,}(\S.*)$", re.MULTILINE)
PROGRAMS = (
    "linkbot make python python3 pip pipx uv git docker systemctl sqlite3 pg_dump pg_restore install cp mkdir slack"
)
COMMAND = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/|/opt/linkbot/bin/)?(?:{PROGRAMS.replace(' ', '|')}) \S")


def code() -> Iterator[tuple[str, str]]:
    """Each piece of code on the pages, without comments behind it, and its page."""
    for page in PAGES:
        for inline, block in CODE.findall(page.read_text("utf-8")):
            yield page.relative_to(ROOT).as_posix(), re.sub(r"\s+#.*", "", inline or block).strip()


def commands() -> dict[str, str]:
    """What can be typed into a terminal, each once, and the page on which it stands first."""
    found: dict[str, str] = {}
    for page, text in code():
        if COMMAND.match(text):
            found.setdefault(text, page)
    return found


def settings() -> Iterator[tuple[str, str, str]]:
    """Each NAME=value that a page gives as a line of .env, with its page."""
    for page, text in code():
        if match := re.fullmatch(r"([A-Z][A-Z_]+)=(\S.*)", text):
            yield page, match[1], match[2]
