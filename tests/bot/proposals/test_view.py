from __future__ import annotations

import json

import pytest

from bot.crm.port import Outcome
from bot.linking.answers import Choice
from bot.mail import IdSource, Mail, MessageId, Participant
from bot.matching import Evidence, Field
from bot.proposals.view import evidence_to_json
from bot.records import Category
from bot.surface import EvidenceView
from storage.tables import Candidate, Proposal, ProposalState
from tests.bot.bench import ANNA, BEN, EMILY, LINDEN, MAX, PLACE, SECRET_WORD, Bench
from tests.bot.fakes import Fault


def test_a_new_proposal_is_shown_with_its_candidates() -> None:
    bench = Bench((MAX, LINDEN))
    view = bench.reader.view(bench.proposal)
    assert (view.state, view.subject) == (ProposalState.OPEN, "Besichtigung Lindenstr. 12")
    assert view.sender == "Max Mustermann <max.mustermann@example.de>"
    assert [(c.ref, c.category, c.picked) for c in view.candidates] == [
        (MAX.ref, Category.PERSON, True), (LINDEN.ref, Category.PROPERTY, True)
    ]  # fmt: skip
    assert dict(view.vendors) == {"onoffice": "onOffice", "zoho": "Zoho CRM"}
    assert view.undoable == {"onoffice"}
    assert view.limits is not None
    assert view.limits["onoffice", Category.PROPERTY] == 1
    assert ("zoho", Category.PROPERTY) not in view.limits
    assert (view.outcomes, view.undone, view.undoing) == ((), False, False)
    assert SECRET_WORD not in repr(view)


def test_evidence_comes_back_as_it_was_sealed() -> None:
    bench = Bench(())
    words = (Evidence(Field.STREET, "Lindenstr. 12", "Lindenstraße 12", 0.93, (3, 16)),)
    row = Candidate(
        proposal_id="p2",
        vendor="onoffice",
        kind="estate",
        record_id="1",
        category="property",
        name="Lindenstraße 12",
        detail="12345 Berlin",
        rank=0,
        probability=0.8,
        picked=False,
    )
    proposal = Proposal(id="p2", team="T1", channel="C1", thread_ts="3.0", mail_key="k2")
    stored, _ = bench.proposals.create(proposal, "{}", "", [(row, evidence_to_json(words))])
    (candidate,) = bench.reader.view(stored).candidates
    assert candidate.evidence == (EvidenceView("street", "Lindenstr. 12", "Lindenstraße 12"),)
    assert candidate.detail == "12345 Berlin"
    bench.proposals.set_state("p2", ProposalState.DISMISSED)
    (candidate,) = bench.reader.view(stored).candidates
    assert candidate.evidence == ()
    assert json.loads(evidence_to_json(())) == []


def test_pages_are_asked_for_only_at_the_end_and_only_when_wanted() -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA)
    bench.reader.view(bench.proposal, with_pages=True)
    assert "web_link" not in bench.onoffice.calls
    bench.durable.run()
    bench.onoffice.calls.clear()
    (outcome,) = bench.reader.view(bench.proposal).outcomes
    assert (outcome.url, bench.onoffice.calls) == (None, [])
    (outcome,) = bench.reader.view(bench.proposal, with_pages=True).outcomes
    assert outcome.url == "https://onoffice.example/address/601"


def test_a_page_that_cannot_be_had_does_not_hide_the_outcome() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    bench.onoffice.faults["web_link"] = [Fault.BUSY]
    (outcome,) = bench.reader.view(bench.proposal, with_pages=True).outcomes
    assert (outcome.url, outcome.outcome, outcome.verified) == (None, Outcome.LINKED, True)
    del bench.crms["onoffice"]
    (outcome,) = bench.reader.view(bench.proposal, with_pages=True).outcomes
    assert (outcome.url, outcome.name) == (None, "Max Mustermann")


def test_links_of_earlier_attempts_are_still_shown() -> None:
    bench = Bench((MAX, EMILY))
    bench.zoho.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    bench.press_link(user=BEN)
    view = bench.reader.view(bench.proposal)
    assert {(o.name, o.outcome) for o in view.outcomes} == {
        ("Emily Carter", Outcome.LINKED), ("Max Mustermann", Outcome.LINKED)
    }  # fmt: skip


def test_what_is_being_undone_shows_what_stands() -> None:
    bench = Bench((MAX, EMILY))
    bench.press_link()
    bench.linking.undo("p1", BEN)
    view = bench.reader.view(bench.proposal)
    assert view.undoing
    assert {o.name for o in view.outcomes} == {"Max Mustermann", "Emily Carter"}
    bench.durable.run()
    view = bench.reader.view(bench.proposal)
    assert {(o.name, o.outcome) for o in view.outcomes} == {
        ("Max Mustermann", Outcome.UNLINKED), ("Emily Carter", Outcome.LINKED)
    }  # fmt: skip
    assert not view.undone, "one link stands"


def test_an_undone_proposal_says_so_until_it_is_linked_again() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    bench.press_undo()
    assert bench.reader.view(bench.proposal).undone
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref]))
    assert not bench.reader.view(bench.proposal).undone


def test_an_undo_that_failed_names_both_who_linked_and_who_pressed() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    bench.onoffice.faults["unlink"] = [Fault.REFUSED]
    bench.press_undo(BEN)
    view = bench.reader.view(bench.proposal)
    assert (view.acted_by, view.undo_failed_by, view.undoing) == (ANNA, BEN, False)


def test_the_mail_is_whole_while_it_is_kept_and_its_headers_afterwards() -> None:
    bench = Bench((MAX,))
    assert SECRET_WORD in bench.reader.mail(bench.proposal).text
    bench.press_link()
    assert bench.reader.mail(bench.proposal) == Mail(
        sender=Participant("Max Mustermann", "max.mustermann@example.de"),
        subject="Besichtigung Lindenstr. 12",
        message_ids=(MessageId(PLACE.message_id, IdSource.OWN),),
    )


@pytest.mark.parametrize("hint", ["", "<of-the-thread@mail.example.com>"])
def test_afterwards_it_has_the_message_id_under_which_it_was_found(hint: str) -> None:
    bench = Bench((MAX,))
    bench.press_link()
    proposal = bench.proposal
    proposal.message_id = hint
    assert bench.reader.mail(proposal).message_ids == (MessageId(PLACE.message_id, IdSource.OWN),)


@pytest.mark.parametrize("address", ["", "max@example.de"])
def test_a_mail_without_a_message_id_has_none_afterwards(address: str) -> None:
    bench = Bench(())
    bare = Proposal(id="p2", team="T1", channel="C1", thread_ts="3.0", mail_key="k2", sender_address=address)
    assert bench.reader.mail(bare).message_ids == ()
    assert bench.reader.view(bare).sender == address
