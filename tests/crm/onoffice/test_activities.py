"""A mail that lies in no mailbox is written down in the agents' log, once, and never with its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.crm.onoffice.activities import LONGEST_LINE, key_of, note_of
from bot.crm.port import CRMError, Outcome
from bot.mail import Forward, IdSource, Mail, MessageId, Participant
from bot.records import Category, Record, RecordRef
from tests.crm.onoffice.tenant import Tenant
from tests.saying import english

MAIL = Mail(
    sender=Participant("Jörg Größe", "joerg@example.de"),
    subject="Besichtigung – Lindenstraße",
    date=datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
    message_ids=(MessageId("<a_1%b@mail.example.de>", IdSource.OWN),),
    text="the secret words of the mail",
)
MAX = Record(RecordRef("onoffice", "address", "601"), Category.PERSON, "Max Mustermann")
ERIKA = Record(RecordRef("onoffice", "address", "523"), Category.PERSON, "Erika Hausmann")
FLAT = Record(RecordRef("onoffice", "estate", "2649"), Category.PROPERTY, "Altbau")


def tenant() -> Tenant:
    return Tenant((601, 523), (2649,))


def test_people_and_a_property_each_get_an_entry_that_names_the_mail() -> None:
    here = tenant()
    receipts = here.bot().write_activity(MAIL, [MAX, ERIKA, FLAT])
    assert [(r.outcome, r.verified) for r in receipts] == [(Outcome.NOTED, True)] * 3
    entries = list(here.office.store.log.rows.values())
    assert sorted((row["Adress_nr"], row["Objekt_nr"]) for row in entries) == [("", "2649"), ("523", ""), ("601", "")]
    assert {receipt.vendor_ref for receipt in receipts} == {row["Nr"] for row in entries}
    for row in entries:
        assert (row["Aktionsart"], row["Aktionstyp"]) == ("Email", "Eingang")
        assert row["Datum"] == "2026-07-02 00:30:00"  # in German time
        for word in ("Jörg Größe <joerg@example.de>", "Besichtigung – Lindenstraße", "<a_1%b@mail.example.de>"):
            assert word in row["Bemerkung"]
        assert "secret" not in row["Bemerkung"]


def test_the_property_is_not_noted_as_offered_to_anybody() -> None:
    here = tenant()
    here.bot().write_activity(MAIL, [MAX, FLAT])
    assert here.office.store.offers == set()


def test_twice_is_once_also_from_another_process_and_for_a_part_of_the_records() -> None:
    here = tenant()
    here.bot().write_activity(MAIL, [MAX])
    receipts = here.bot().write_activity(MAIL, [MAX, FLAT])
    assert [r.outcome for r in receipts] == [Outcome.NOTED] * 2
    assert len(here.office.store.log.rows) == 2
    here.bot().write_activity(MAIL, [FLAT, MAX, MAX])
    assert len(here.office.store.log.rows) == 2


def test_a_like_mail_is_another_mail() -> None:
    """`_` and `%` stand for anything in onOffice's filter."""
    here = tenant()
    bot = here.bot()
    bot.write_activity(MAIL, [MAX])
    bot.write_activity(replace(MAIL, message_ids=(MessageId("<aX1YYb@mail.example.de>", IdSource.OWN),)), [MAX])
    bot.write_activity(MAIL, [MAX])
    assert len(here.office.store.log.rows) == 2


def test_a_lost_answer_leads_to_no_second_entry() -> None:
    here = tenant()
    bot = here.bot()
    here.refuse["create", "agentslog"] = 1  # a fault of onOffice's own
    with pytest.raises(CRMError) as caught:
        bot.write_activity(MAIL, [MAX])
    assert not caught.value.permanent
    assert caught.value.uncertain
    here.refuse.clear()
    bot.write_activity(MAIL, [MAX])
    here.refuse["create", "agentslog"] = 1
    assert [r.outcome for r in bot.write_activity(MAIL, [MAX])] == [Outcome.NOTED]  # it looks, and needs not write


def test_what_cannot_be_looked_for_is_not_written() -> None:
    here = tenant()
    here.refuse["read", "agentslog"] = 253
    with pytest.raises(CRMError):
        here.bot().write_activity(MAIL, [MAX])
    assert not here.calls("create", "agentslog")


def test_a_record_that_is_gone_keeps_no_other_from_its_entry() -> None:
    here = Tenant((601,), ())
    receipts = here.bot().write_activity(MAIL, [MAX, ERIKA])
    assert [r.outcome for r in receipts] == [Outcome.NOTED, Outcome.REFUSED]
    assert receipts[1].code == "80"
    assert "no longer in onOffice" in english(receipts[1].message)


def test_a_wrong_kind_is_said_with_whom_to_ask() -> None:
    here = tenant()
    here.refuse["create", "agentslog"] = 100
    (receipt,) = here.bot().write_activity(MAIL, [MAX])
    assert receipt.outcome is Outcome.REFUSED
    assert "kind" in english(receipt.message)


def test_only_addresses_and_properties_have_activities() -> None:
    other = Record(RecordRef("onoffice", "task", "7"), Category.OTHER, "x")
    (receipt,) = tenant().bot().write_activity(MAIL, [other])
    assert receipt.outcome is Outcome.REFUSED


def test_the_bot_says_that_it_can_and_that_it_cannot_take_it_back() -> None:
    bot = tenant().bot()
    assert bot.capabilities.activity
    (receipt,) = bot.write_activity(MAIL, [MAX])
    assert not bot.undoable(receipt)


def test_a_mail_is_known_by_its_own_id_else_by_what_it_is() -> None:
    assert key_of(MAIL) == "a_1%b@mail.example.de"
    answered = replace(MAIL, message_ids=(MessageId("<before@example.de>", IdSource.IN_REPLY_TO),))
    assert key_of(answered).startswith("linkbot-")  # it names another mail
    assert key_of(replace(answered, forward=Forward())) == "before@example.de"  # in a forward, the original
    assert key_of(answered) == key_of(replace(answered, to=(Participant(None, "x@example.de"),)))
    assert key_of(answered) != key_of(replace(answered, subject="Another"))


def test_a_long_or_broken_subject_stays_one_line() -> None:
    note = note_of(replace(MAIL, subject="x\r\nMessage-ID: <forged@example.de>" + "y" * 1000))
    lines = note.splitlines()
    assert len(lines) == 4
    assert all(len(line) < LONGEST_LINE + 20 for line in lines)
    assert lines[3] == "Message-ID: <a_1%b@mail.example.de>"
