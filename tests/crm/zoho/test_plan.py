from hypothesis import given
from hypothesis import strategies as st

from bot.crm.zoho.plan import Call, calls
from bot.records import Category, Record, RecordRef


def record(kind: str, id_: str, *related: Record) -> Record:
    return Record(RecordRef("zoho", kind, id_), Category.PERSON, f"{kind} {id_}", related=tuple(r.ref for r in related))


EMILY, PRIYA = record("Contacts", "1"), record("Contacts", "2")
ACCOUNT, LEAD = record("Accounts", "3"), record("Leads", "4")
DEAL, FREE_DEAL = record("Deals", "5", EMILY, ACCOUNT), record("Deals", "6")


def test_a_contact_takes_a_deal_beside_it() -> None:
    assert calls([EMILY, FREE_DEAL]) == [Call(EMILY, FREE_DEAL)]


def test_a_contacts_own_deal_comes_first() -> None:
    assert calls([PRIYA, EMILY, DEAL]) == [Call(EMILY, DEAL), Call(PRIYA)]
    assert calls([FREE_DEAL, DEAL, EMILY, PRIYA]) == [Call(EMILY, DEAL), Call(PRIYA, FREE_DEAL)]


def test_everything_else_has_a_call_of_its_own() -> None:
    assert calls([ACCOUNT, EMILY, LEAD]) == [Call(EMILY), Call(LEAD), Call(ACCOUNT)]
    assert calls([DEAL, ACCOUNT, LEAD]) == [Call(LEAD), Call(DEAL), Call(ACCOUNT)]
    assert calls([]) == []


@given(st.lists(st.sampled_from([EMILY, PRIYA, ACCOUNT, LEAD, DEAL, FREE_DEAL]), unique=True))
def test_every_record_is_in_exactly_one_call(picked: list[Record]) -> None:
    made = calls(picked)
    called = [call.record for call in made] + [call.beside for call in made if call.beside]
    assert sorted(r.ref for r in called) == sorted(r.ref for r in picked)
