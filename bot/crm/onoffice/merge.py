"""What to write so that a mail's links become right: pure decisions over what is linked and what is to change.

`emailassignments` replaces all address links and knows one estate, so that every write states the whole. Who else
edits the mail's links is found out afterwards: what a write undid of theirs is owed, and written next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

Ids = frozenset[int]
NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Linked:
    """The addresses and estates that a mail is linked to. `complete` is False where onOffice tells one address only."""

    addresses: Ids = NONE
    estates: Ids = NONE
    complete: bool = True
    portal_request: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become different; everything else stays. `estate`, of which there is one only, is set where no other
    is left: what has its place gives way only if it is among `remove_estates`. So it is with `add` in the older form.
    `back` and `back_estate` return where something else is taken away: what stood there before the bot."""

    add: Ids = NONE
    estate: int | None = None
    remove: Ids = NONE
    remove_estates: Ids = NONE
    back: int | None = None
    back_estate: int | None = None

    def __bool__(self) -> bool:
        return bool(self.add or self.estate or self.remove or self.remove_estates)


@dataclass(frozen=True, slots=True)
class Write:
    """The links to set. None leaves that side out of the request; `()` and 0 take its links away. `single` is the older
    form, one `addressid`; the two are never sent together."""

    addresses: tuple[int, ...] | None = None
    estate: int | None = None
    single: bool = False

    def parameters(self) -> dict[str, Any]:
        sides: dict[str, Any] = {}
        if self.addresses is not None and self.single:
            sides["addressid"] = next(iter(self.addresses), 0)
        elif self.addresses is not None:
            sides["addressIds"] = list(self.addresses)
        if self.estate is not None:
            sides["estateid"] = self.estate
        return sides


def changed(now: Linked, change: Change, *, single: bool = False) -> Linked:
    """What the mail is to be linked to: what is linked now, with the change."""
    addresses = now.addresses - change.remove
    if not single:
        addresses |= change.add
    elif change.add and not addresses:
        addresses = frozenset({min(change.add)})
    if not addresses and change.back and change.remove & now.addresses:
        addresses = frozenset({change.back})
    estates = now.estates - change.remove_estates
    if not estates and change.estate is not None:
        estates = frozenset({change.estate})
    elif not estates and change.back_estate and change.remove_estates & now.estates:
        estates = frozenset({change.back_estate})
    return replace(now, addresses=addresses, estates=estates)


def unwritable(now: Linked, change: Change, *, single: bool = False) -> Change:
    """The removals that onOffice's call cannot express: of several estates (of several addresses in the older form)
    it can keep one, not more."""
    then = changed(now, change, single=single)
    addresses = change.remove & now.addresses if single and len(then.addresses) > 1 else NONE
    estates = change.remove_estates & now.estates if len(then.estates) > 1 else NONE
    return Change(remove=addresses, remove_estates=estates)


def without(change: Change, left_out: Change) -> Change:
    """The change without some of its removals."""
    return replace(
        change,
        remove=change.remove - left_out.remove,
        remove_estates=change.remove_estates - left_out.remove_estates,
    )


def to_write(now: Linked, change: Change, *, single: bool = False) -> Write | None:
    """The write that makes the change; None where everything is so already.

    What stays linked is stated again rather than left out: that leaving a side out keeps its links is likely, but
    nowhere promised. A side that is and stays empty is left out, and so is one that can't be stated as it is.
    """
    then = changed(now, change, single=single)
    if (then.addresses, then.estates) == (now.addresses, now.estates):
        return None
    addresses: tuple[int, ...] | None = tuple(sorted(then.addresses))
    if (not then.addresses and not now.addresses) or (single and len(then.addresses) > 1):
        addresses = None
    estate: int | None = next(iter(then.estates), 0)
    if (not then.estates and not now.estates) or len(then.estates) > 1:
        estate = None
    return Write(addresses, estate, single)


def effect(now: Linked, write: Write) -> Linked:
    """What a mail is linked to after a write: a side that is given replaces, one left out stays."""
    addresses = now.addresses if write.addresses is None else frozenset(write.addresses)
    estates = now.estates if write.estate is None else frozenset([write.estate] if write.estate else [])
    return replace(now, addresses=addresses, estates=estates)


def owed(before: Linked, write: Write, after: Linked | None, change: Change) -> Change:
    """What a write did to others' links beyond the change, as the change that mends it; nothing: a false one.

    `before` is what was linked at the moment of the write, and may differ from what the write was made for: somebody
    linked more, which it wiped, or took something away, which it brought back. `after` is what was seen right after
    the write, where that is known. That the change itself is not there is not owed: that is for `verify` to tell.
    """
    should = changed(before, change, single=write.single)
    made = effect(before, write)
    if after is not None and before.complete and after.complete:
        made = replace(
            made,
            addresses=made.addresses & (after.addresses | change.add),
            estates=made.estates if change.estate in made.estates else made.estates & after.estates,
        )
    elif not before.complete:
        return Change()
    lost = should.estates - made.estates
    return Change(
        add=should.addresses - made.addresses,
        estate=min(lost, default=None),
        remove=made.addresses - should.addresses,
        remove_estates=made.estates - should.estates,
    )


def in_the_way(now: Linked, change: Change) -> tuple[int, ...]:
    """The estates that have the place of the change's estate, and that nobody asked to take away."""
    if change.estate is None or change.estate in now.estates:
        return ()
    return tuple(sorted(now.estates - change.remove_estates))


def addresses_in_the_way(now: Linked, change: Change, *, single: bool) -> tuple[int, ...]:
    """The same of the addresses in the older form, which knows one only."""
    if not single or not change.add or change.add <= now.addresses:
        return ()
    return tuple(sorted(now.addresses - change.remove))
