"""What to write so that a mail's links become right: pure decisions over what is linked and what is wanted.

`emailassignments` replaces all address links and knows one estate, so that every write states the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Linked:
    """The addresses and estates that a mail is linked to."""

    addresses: frozenset[int] = frozenset()
    estates: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Write:
    """The links to set. None leaves that side out of the request; `()` and 0 take its links away."""

    addresses: tuple[int, ...] | None = None
    estate: int | None = None

    def parameters(self) -> dict[str, Any]:
        sides: dict[str, Any] = {}
        if self.addresses is not None:
            sides["addressIds"] = list(self.addresses)
        if self.estate is not None:
            sides["estateid"] = self.estate
        return sides


def to_link(now: Linked, addresses: Collection[int], estate: int | None) -> Write | None:
    """The write that adds the addresses and sets the estate; None where all of it is there already.

    Everything that is linked now stays, except an estate that gives way to another. What is linked is stated again
    rather than left out: that leaving a side out keeps its links is likely, but nowhere promised.
    """
    new_estate = None if estate in now.estates else estate
    if new_estate is None and now.addresses.issuperset(addresses):
        return None
    every = _in_order(now.addresses | set(addresses))
    return Write(every or None, new_estate or _only(now.estates))


def to_unlink(now: Linked, addresses: Collection[int], estate: int | None, previous: int | None) -> Write | None:
    """The write that takes the addresses and the estate away and brings the estate back that stood there before;
    None where none of them is linked any more. An estate that somebody set since stays."""
    gone_addresses = now.addresses.intersection(addresses)
    gone_estate = estate is not None and estate in now.estates
    if not gone_addresses and not gone_estate:
        return None
    rest = _in_order(now.addresses - gone_addresses)
    back = (previous or _only(now.estates - {estate}) or 0) if gone_estate else _only(now.estates)
    return Write(rest if gone_addresses or rest else None, back)


def replaced(now: Linked, estate: int | None) -> tuple[int, ...]:
    """The estates that give way when `estate` is set."""
    return () if estate is None or estate in now.estates else _in_order(now.estates)


def _in_order(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(ids))


def _only(ids: Collection[int]) -> int | None:
    """The id where there is one; with several, stating one could wipe the others."""
    return next(iter(ids)) if len(ids) == 1 else None
