"""A sentence for people before it has a language: which message, and the values in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias, Union

Value: TypeAlias = Union[str, int, float, "Sentence", tuple["Value", ...]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message of the catalogue with its named values, which may be sentences or several of them.

    Made by `sentence` or `plain`; two with the same id and values are equal, whatever the order of the values.
    """

    id: str
    values: tuple[tuple[str, Value], ...] = ()

    def __bool__(self) -> bool:
        """Whether it says anything; the sentence without an id says nothing."""
        return bool(self.id)

    def __contains__(self, other: Sentence) -> bool:
        """Whether it says the other sentence, as itself or within."""
        return other == self or any(other in part for _, value in self.values for part in _sentences(value))

    def dump(self) -> str:
        """As it is stored; empty where it says nothing."""
        return json.dumps(_to_json(self), ensure_ascii=False) if self else ""

    @classmethod
    def load(cls, text: str) -> Sentence:
        """The inverse of `dump`. Words that were stored before sentences had ids are taken as they are."""
        if not text:
            return SILENCE
        try:
            stored = json.loads(text)
            return _sentence(stored) if isinstance(stored, dict) else plain(text)
        except (ValueError, KeyError, TypeError):
            return plain(text)


SILENCE = Sentence("")


def sentence(message: str, /, **values: Value) -> Sentence:
    """The message of that id with these values. With a number called `count` the message may have plural forms."""
    return Sentence(message, tuple(sorted(values.items())))


def plain(text: str) -> Sentence:
    """Words that come from elsewhere, as they are; nothing where they are empty."""
    return sentence("plain", text=text) if text else SILENCE


def together(*sentences: Sentence) -> Sentence:
    """Sentences one after the other, without those that say nothing."""
    said = [one for one in sentences if one]
    return reduce(lambda first, then: sentence("together", first=first, then=then), said) if said else SILENCE


def enumerated(values: Iterable[Value], by: str = "enumerated.comma") -> Value:
    """Several values one by one, without an "and"; nothing where there are none. `by` is the message between two of
    them: `enumerated.semicolon` for what has commas in it."""
    listed = list(values)
    return reduce(lambda first, then: sentence(by, first=first, then=then), listed) if listed else ""


def ids(one: Sentence) -> Iterator[str]:
    """The ids of a sentence and of those within it."""
    yield one.id
    for _, value in one.values:
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Sentence):
                yield from ids(part)


def _sentences(value: Value) -> Iterator[Sentence]:
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, Sentence):
            yield one


def _to_json(value: Value) -> Any:
    if isinstance(value, Sentence):
        return {"id": value.id, "values": {name: _to_json(one) for name, one in value.values}}
    if isinstance(value, tuple):
        return [_to_json(one) for one in value]
    return value


def _from_json(stored: Any) -> Value:
    if isinstance(stored, dict):
        return _sentence(stored)
    if isinstance(stored, list):
        return tuple(_from_json(one) for one in stored)
    if not isinstance(stored, str | int | float):
        raise TypeError("a sentence holds words, numbers and sentences")
    return stored


def _sentence(stored: Mapping[str, Any]) -> Sentence:
    values = {str(name): _from_json(value) for name, value in stored["values"].items()}
    return Sentence(str(stored["id"]), tuple(sorted(values.items())))
