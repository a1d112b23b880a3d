"""What the window starts with: never as new what is done already, was taken off, or was taken back beside a failure."""

from __future__ import annotations

import pytest

from bot.linking.answers import Choice
from bot.linking.by_hand import Asking
from bot.surface import LinkedView
from storage.arrivals import Arrivals
from tests.bot.bench import AHORN, ANNA, DEAL, EMILY, ERIKA, LINDEN, MAX, VAULT, Bench, database
from tests.bot.fakes import Fault


def asking(bench: Bench) -> Asking:
    arrivals = Arrivals(database(bench.url), VAULT)
    return Asking(
        arrivals=arrivals,
        proposals=bench.proposals,
        reader=bench.reader,
        directory=bench.directory,
        crms=bench.crms,
        finder=bench.finder,
    )


def chosen(bench: Bench) -> set[str]:
    found = asking(bench).chosen("p1")
    assert found is not None
    return {record.name for record in found[1]}


def test_a_new_mails_picks() -> None:
    assert chosen(Bench((MAX, LINDEN))) == {MAX.name, LINDEN.name}


def test_what_is_linked_or_written_down_is_not_new() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    assert chosen(bench) == set()
    bench = Bench((MAX,))
    bench.finder.place = None
    bench.press_link()
    assert chosen(bench) == {MAX.name}
    bench.linking.write_activity("p1", ANNA)
    bench.durable.run()
    assert chosen(bench) == set()


def test_what_was_taken_off_is_not_put_back_by_the_way() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref}
    bench.linking.confirm("p1", ANNA, Choice([], [ERIKA.ref]))
    bench.durable.run()
    assert chosen(bench) == {MAX.name}, "what the card still proposes"
    bench.press_undo()
    assert chosen(bench) == {MAX.name}


def test_what_was_taken_back_is_not_offered_as_chosen_again() -> None:
    bench = Bench((MAX, LINDEN))
    bench.press_link()
    bench.press_undo()
    assert chosen(bench) == set()


def test_words_a_number_and_an_address_of_the_crm_name_records() -> None:
    by_hand = asking(Bench((MAX,)))

    def named(words: str) -> list[str]:
        return [record.name for record in by_hand.named(words, "C1")]

    assert set(named("max.mustermann@example.de, Ahornweg 3")) == {MAX.name, AHORN.name}
    assert MAX.name in named(MAX.ref.id) and MAX.name in named(f"#{MAX.ref.id}")
    assert named(f"https://crm.zoho.example/crm/org1/tab/{EMILY.ref.kind}/{EMILY.ref.id}?x=1")[0] == EMILY.name
    assert named("https://crm.example/tab/Contacts/999999999") == []
    assert named("Quatsch mit Soße") == []


def test_after_an_undo_beside_a_failure_only_what_failed() -> None:
    bench = Bench((MAX, EMILY))
    bench.zoho.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    bench.press_undo()
    assert chosen(bench) == {EMILY.name}


@pytest.mark.parametrize("own_only", [True, False])
def test_what_can_be_taken_off(*, own_only: bool) -> None:
    """At one vendor whatever is linked, at the other what the bot linked and can take back."""
    bench = Bench((EMILY, DEAL, MAX))
    bench.zoho.own_only = own_only
    bench.onoffice.links = {ERIKA.ref}
    bench.press_link()
    found = asking(bench).linked_now("p1")
    assert found["onoffice"] == [LinkedView(MAX.ref, MAX.name), LinkedView(ERIKA.ref, ERIKA.name)]
    own = [LinkedView(record.ref, record.name, own=True) for record in (DEAL, EMILY)]
    assert sorted(found.get("zoho") or [], key=str) == sorted(own if own_only else [], key=str)
    bench.finder.faults = [Fault.BUSY]
    assert asking(bench).linked_now("p1")["onoffice"] is None
