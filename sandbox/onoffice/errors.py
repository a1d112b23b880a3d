"""onOffice's own error codes (texts in errors.json, from public lists of them)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

ERROR_IN_ACTION = 97


@cache
def _messages() -> dict[int, str]:
    table = json.loads(Path(__file__).with_name("errors.json").read_text(encoding="utf-8"))
    return {int(code): text for code, text in table.items()}


def message(code: int, *details: str) -> str:
    """The text of a code, its placeholder filled."""
    text = _messages().get(code, "Unknown error occurred")
    return text.replace("%s", ", ".join(details))


class OnOfficeError(Exception):
    """An action that fails with one of the documented codes."""

    def __init__(self, code: int, *details: str) -> None:
        super().__init__(message(code, *details))
        self.code = code
