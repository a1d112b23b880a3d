from hypothesis import given
from hypothesis import strategies as st

from bot.crm.onoffice.merge import Linked, Write, replaced, to_link, to_unlink

ids = st.integers(min_value=1, max_value=12)
many = st.frozensets(ids, max_size=5)
maybe = st.none() | ids
states = st.builds(Linked, many, st.frozensets(ids, max_size=2))
single = st.builds(Linked, many, st.frozensets(ids, max_size=1))


def after(now: Linked, write: Write | None) -> Linked:
    """What onOffice holds after a write: a side that is given replaces, one left out stays."""
    if write is None:
        return now
    addresses = now.addresses if write.addresses is None else frozenset(write.addresses)
    if write.estate is None:
        return Linked(addresses, now.estates)
    return Linked(addresses, frozenset([write.estate] if write.estate else []))


@given(states, many, maybe)
def test_a_link_adds_and_never_takes_away(now: Linked, addresses: frozenset[int], estate: int | None) -> None:
    then = after(now, to_link(now, addresses, estate))
    assert then.addresses == now.addresses | addresses
    assert estate is None or estate in then.estates
    assert now.estates <= then.estates or set(replaced(now, estate)) >= now.estates - then.estates


@given(states, many, maybe)
def test_a_link_is_written_only_when_something_is_new(
    now: Linked, addresses: frozenset[int], estate: int | None
) -> None:
    new = bool(addresses - now.addresses) or (estate is not None and estate not in now.estates)
    assert (to_link(now, addresses, estate) is not None) is new


@given(states, many, maybe)
def test_a_link_call_always_names_a_record(now: Linked, addresses: frozenset[int], estate: int | None) -> None:
    write = to_link(now, addresses, estate)
    if write is not None:
        parameters = write.parameters()
        assert parameters.get("addressIds") or parameters.get("estateid")
        assert parameters.get("addressIds") != []
        assert parameters.get("estateid") != 0
        assert all(type(id_) is int for id_ in parameters.get("addressIds", []))


@given(single, many, maybe)
def test_undo_brings_back_what_was_before(before: Linked, addresses: frozenset[int], estate: int | None) -> None:
    now = after(before, to_link(before, addresses, estate))
    ours = addresses - before.addresses
    our_estate = estate if estate is not None and estate not in before.estates else None
    undo = to_unlink(now, ours, our_estate, min(before.estates, default=None))
    assert after(now, undo) == before


@given(single, many, maybe, maybe)
def test_undo_leaves_what_others_did(
    now: Linked, addresses: frozenset[int], estate: int | None, previous: int | None
) -> None:
    then = after(now, to_unlink(now, addresses, estate, previous))
    assert then.addresses == now.addresses - addresses
    if estate not in now.estates:
        assert then.estates == now.estates


@given(states, many, maybe, maybe)
def test_undo_twice_is_undo_once(
    now: Linked, addresses: frozenset[int], estate: int | None, previous: int | None
) -> None:
    once = after(now, to_unlink(now, addresses, estate, None if previous == estate else previous))
    assert to_unlink(once, addresses, estate, None) is None


def test_the_last_links_are_taken_away_explicitly() -> None:
    undo = to_unlink(Linked(frozenset({601}), frozenset({2649})), {601}, 2649, None)
    assert undo is not None
    assert undo.parameters() == {"addressIds": [], "estateid": 0}
