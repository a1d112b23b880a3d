"""Mails that every database and every program takes: no NUL, and no half of a pair of surrogates."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

_T = TypeVar("_T")
_BAD = {0: " ", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


def storable(value: _T) -> _T:
    """The same mail, or part of one, with what cannot be stored replaced: NUL by a blank, lone surrogates by U+FFFD."""
    done: Any = _clean(value)
    return done  # type: ignore[no-any-return] # of the same type as what came in


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value if _is_storable(value) else value.translate(_BAD)
    if isinstance(value, tuple):
        cleaned = tuple(_clean(one) for one in value)
        return value if all(new is old for new, old in zip(cleaned, value, strict=True)) else cleaned
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, Any] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if (new := _clean(old)) is not old:
            changes[field.name] = new
    return replace(value, **changes) if changes else value


def _is_storable(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
