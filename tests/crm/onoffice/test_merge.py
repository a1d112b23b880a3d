from hypothesis import given
from hypothesis import strategies as st

from bot.crm.onoffice.merge import (
    Change,
    Linked,
    Write,
    changed,
    effect,
    in_the_way,
    owed,
    to_write,
    unwritable,
    without,
)

ids = st.integers(min_value=1, max_value=12)
many = st.frozensets(ids, max_size=5)
maybe = st.none() | ids
states = st.builds(Linked, many, st.frozensets(ids, max_size=2))
single = st.builds(Linked, many, st.frozensets(ids, max_size=1))
NONE: frozenset[int] = frozenset()


def after(now: Linked, write: Write | None) -> Linked:
    """What onOffice holds after a write."""
    return now if write is None else effect(now, write)


def some(id_: int | None, *, but: int | None) -> frozenset[int]:
    """This one, if it is one, and another than that."""
    return frozenset() if id_ is None or id_ == but else frozenset({id_})


def adding(addresses: frozenset[int], estate: int | None) -> Change:
    return Change(add=addresses, estate=estate)


def removing(addresses: frozenset[int], estate: int | None, back_estate: int | None = None) -> Change:
    return Change(remove=addresses, remove_estates=frozenset({estate} if estate else ()), back_estate=back_estate)


@given(states, many, maybe)
def test_a_link_adds_and_never_takes_away(now: Linked, addresses: frozenset[int], estate: int | None) -> None:
    change = adding(addresses, estate)
    then = after(now, to_write(now, change))
    assert then.addresses == now.addresses | addresses
    assert now.estates <= then.estates
    assert estate is None or estate in then.estates or in_the_way(now, change) == tuple(sorted(now.estates))


@given(states, maybe, maybe)
def test_a_property_gives_way_where_that_is_asked_for(now: Linked, estate: int | None, off: int | None) -> None:
    change = Change(estate=estate, remove_estates=some(off, but=estate))
    way = in_the_way(now, change)
    assert set(way) <= now.estates - change.remove_estates
    asked = Change(estate=estate, remove_estates=frozenset(way) | change.remove_estates)
    assert in_the_way(now, asked) == ()
    assert estate is None or estate in after(now, to_write(now, asked)).estates


@given(states, many, maybe)
def test_a_link_is_written_only_when_something_is_new(
    now: Linked, addresses: frozenset[int], estate: int | None
) -> None:
    new = bool(addresses - now.addresses) or (estate is not None and not now.estates)
    assert (to_write(now, adding(addresses, estate)) is not None) is new


@given(states, many, maybe, st.booleans())
def test_a_link_call_always_names_a_record(
    now: Linked, addresses: frozenset[int], estate: int | None, older: bool
) -> None:
    write = to_write(now, adding(addresses if not older else frozenset(sorted(addresses)[:1]), estate), single=older)
    if write is not None:
        parameters = write.parameters()
        assert not {"addressid", "addressIds"} <= set(parameters)
        assert ("addressIds" in parameters) <= (not older)
        assert parameters.get("addressIds") or parameters.get("addressid") or parameters.get("estateid")
        assert parameters.get("addressIds") != []
        assert parameters.get("addressid") != 0
        assert parameters.get("estateid") != 0
        assert all(type(id_) is int for id_ in parameters.get("addressIds", []))


@given(states, many, many, maybe, maybe)
def test_one_write_adds_and_takes_away(
    now: Linked, addresses: frozenset[int], off: frozenset[int], estate: int | None, no_estate: int | None
) -> None:
    change = Change(addresses, estate, off - addresses, some(no_estate, but=estate))
    change = without(change, unwritable(now, change))
    then = after(now, to_write(now, change))
    assert then.addresses == (now.addresses | addresses) - change.remove
    assert estate is None or estate in then.estates or in_the_way(now, change)
    assert not then.estates & change.remove_estates


@given(states, many)
def test_what_is_not_there_needs_no_write_to_be_gone(now: Linked, off: frozenset[int]) -> None:
    assert to_write(now, removing(off - now.addresses, None)) is None


@given(single, many, maybe)
def test_undo_brings_back_what_was_before(before: Linked, addresses: frozenset[int], estate: int | None) -> None:
    off = before.estates - {estate} if estate else NONE
    now = after(before, to_write(before, Change(addresses, estate, remove_estates=off)))
    ours = addresses - before.addresses
    our_estate = estate if estate is not None and estate not in before.estates else None
    undo = to_write(now, removing(ours, our_estate, min(before.estates, default=None)))
    assert after(now, undo) == before


@given(single, many, maybe)
def test_what_was_taken_off_is_set_again_where_its_place_is_free(
    before: Linked, off: frozenset[int], theirs: int | None
) -> None:
    """Somebody else set another property since."""
    estate = min(before.estates, default=None)
    now = after(before, to_write(before, removing(off, estate)))
    now = Linked(now.addresses, frozenset({theirs}) if theirs else now.estates)
    then = after(now, to_write(now, Change(add=off & before.addresses, estate=estate)))
    assert then.addresses == before.addresses
    assert then.estates == (frozenset({theirs}) if theirs else before.estates)


@given(single, many, maybe, maybe)
def test_undo_leaves_what_others_did(
    now: Linked, addresses: frozenset[int], estate: int | None, previous: int | None
) -> None:
    then = after(now, to_write(now, removing(addresses, estate, previous)))
    assert then.addresses == now.addresses - addresses
    if estate not in now.estates:
        assert then.estates == now.estates


@given(single, many, maybe, maybe)
def test_undo_twice_is_undo_once(
    now: Linked, addresses: frozenset[int], estate: int | None, previous: int | None
) -> None:
    change = removing(addresses, estate, None if previous == estate else previous)
    once = after(now, to_write(now, change))
    assert to_write(once, removing(addresses, estate)) is None


def test_the_last_links_are_taken_away_explicitly() -> None:
    now = Linked(frozenset({601}), frozenset({2649}))
    undo = to_write(now, removing(frozenset({601}), 2649))
    assert undo is not None
    assert undo.parameters() == {"addressIds": [], "estateid": 0}
    undo = to_write(now, removing(frozenset({601}), 2649), single=True)
    assert undo is not None
    assert undo.parameters() == {"addressid": 0, "estateid": 0}


def test_the_older_form_puts_one_address_in_the_others_place_and_undo_brings_it_back() -> None:
    before = Linked(frozenset({5}))
    assert to_write(before, adding(frozenset({7}), None), single=True) is None, "it has no place"
    write = to_write(before, Change(add=frozenset({7}), remove=frozenset({5})), single=True)
    assert write is not None
    assert write.parameters() == {"addressid": 7}
    undo = Change(remove=frozenset({7}), back=5)
    write = to_write(effect(before, write), undo, single=True)
    assert write is not None
    assert write.parameters() == {"addressid": 5}


def test_of_several_properties_all_but_one_can_not_be_kept() -> None:
    now = Linked(frozenset({1}), frozenset({2, 3, 4}))
    change = Change(add=frozenset({9}), remove_estates=frozenset({2}))
    assert unwritable(now, change) == Change(remove_estates=frozenset({2}))
    two = Linked(frozenset({1}), frozenset({2, 3}))
    write = to_write(two, change)
    assert write is not None
    assert write.parameters() == {"addressIds": [1, 9], "estateid": 3}


def test_several_properties_are_left_out_of_the_call_rather_than_cut_down_to_one() -> None:
    write = to_write(Linked(frozenset({1}), frozenset({2, 3})), adding(frozenset({9}), None))
    assert write is not None
    assert write.parameters() == {"addressIds": [1, 9]}


@given(single, single, many, many, maybe)
def test_what_a_write_undid_of_others_is_owed_and_paying_it_makes_it_right(
    read: Linked, really: Linked, addresses: frozenset[int], off: frozenset[int], estate: int | None
) -> None:
    """The write was worked out from `read`, while the mail was linked to `really`."""
    change = Change(add=addresses, estate=estate, remove=off - addresses)
    write = to_write(read, change)
    if write is None:
        return
    then = effect(really, write)
    debt = owed(really, write, then, change)
    should = changed(really, change)
    paid = after(then, to_write(then, debt))
    assert paid == should
    assert bool(debt) is (then != should)


def test_what_cannot_be_seen_whole_is_not_owed() -> None:
    """The older question tells one address only: that another isn't among them says nothing."""
    read = Linked(frozenset({1}), complete=False)
    change = adding(frozenset({9}), None)
    write = to_write(read, change)
    assert write is not None
    assert not owed(Linked(frozenset({2}), complete=False), write, None, change)


def test_a_link_of_others_that_a_write_took_along_in_vain_is_owed_too() -> None:
    """Should onOffice drop the side that a write leaves out, the look afterwards shows it."""
    before = Linked(frozenset({1}), frozenset({2, 3}))
    change = adding(frozenset({9}), None)
    write = to_write(before, change)
    assert write is not None
    debt = owed(before, write, Linked(frozenset({1, 9}), NONE), change)
    assert debt.estate == 2
