"""What a sentence says, for tests that look at the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import pytest

from bot.crm.port import Check
from bot.language import Sentence, SpokenError, words

E = TypeVar("E", bound=SpokenError)


def english(said: Sentence | str) -> str:
    """The words of a sentence, also of one as it is stored."""
    return words()(Sentence.load(said) if isinstance(said, str) else said)


@dataclass(frozen=True)
class Line:
    """A check as `linkbot doctor` says it."""

    name: str
    ok: bool
    detail: str
    remedy: str


def line(check: Check) -> Line:
    return Line(english(check.name), check.ok, english(check.detail), english(check.remedy))


@contextmanager
def raises(kind: type[E], said: str) -> Iterator[pytest.ExceptionInfo[E]]:
    """As `pytest.raises`; `said` is a pattern in what the error says to people."""
    with pytest.raises(kind) as caught:
        yield caught
    assert re.search(said, english(caught.value.message)), english(caught.value.message)
