"""Asking for a mail's links where the server is not quite as its pages say."""

from __future__ import annotations

from typing import Any

import pytest

from bot.crm.port import CRMError, LinkState, Outcome
from bot.mail import Mail
from bot.records import Category, Record, RecordRef
from sandbox.onoffice.actions import Action
from tests.crm.onoffice.tenant import Tenant

MAIL = Mail()
PERSON = Record(RecordRef("onoffice", "address", "1"), Category.PERSON, "Person 1")


def test_a_server_that_wants_the_names_in_lower_case_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.onoffice import emails

    real = emails._mail

    def lower(office: Any, action: Any, identity: str, message_id: str, **more: Any) -> Any:
        return real(office, action, identity.lower(), message_id.lower(), **more)

    monkeypatch.setattr(emails, "_mail", lower)
    monkeypatch.setattr(Action, "only", lambda *_: None)
    tenant = Tenant((1,))
    bot = tenant.bot()
    receipts = bot.link(MAIL, tenant.place, [PERSON], None)
    assert [r.verified for r in bot.verify(MAIL, tenant.place, receipts)] == [True]
    assert "emailidentity" in tenant.calls("get", "emailInfo")[-1]


def test_what_is_wrong_in_every_spelling_is_said() -> None:
    tenant = Tenant((1,))
    tenant.refuse = {("get", "emailInfo"): 144, ("get", "emailassignments"): 144}
    with pytest.raises(CRMError) as caught:
        tenant.bot().linked(MAIL, tenant.place)
    assert caught.value.code == "144"


def test_a_passing_lack_of_the_newer_question_does_not_last() -> None:
    tenant = Tenant((1, 2))
    tenant.by_hand(add=1)
    tenant.by_hand(add=2)
    bot = tenant.bot()
    tenant.refuse["get", "emailInfo"] = 25
    first = bot.linked(MAIL, tenant.place)
    assert first is not None
    assert len(first.records) == 1
    tenant.refuse.clear()
    second = bot.linked(MAIL, tenant.place)
    assert second is not None
    assert len(second.records) == 2


def test_reading_and_writing_may_know_the_inbox_by_different_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' examples have `INBOX` for the one and `Posteingang` for the other."""
    from sandbox.onoffice import emails
    from sandbox.onoffice.errors import OnOfficeError

    real = emails._mail

    def picky(office: Any, action: Any, *more: Any, **most: Any) -> Any:
        wanted = "INBOX" if action.verb == "do" else "Posteingang"
        if action.parameters.get("folder") != wanted:
            raise OnOfficeError(94, str(action.parameters.get("folder")))
        return real(office, action, *more, **most)

    monkeypatch.setattr(emails, "_mail", picky)
    tenant = Tenant((1,))
    bot = tenant.bot()
    receipts = bot.link(MAIL, tenant.place, [PERSON], None)
    assert [(r.outcome, r.verified) for r in bot.verify(MAIL, tenant.place, receipts)] == [(Outcome.LINKED, True)]
    before = len(tenant.asked)
    bot.unlink(tenant.place, receipts)
    assert bot.linked(MAIL, tenant.place) == LinkState(frozenset())
    assert len(tenant.asked) - before == 1 + 3 + 1 + 1  # each name is known now: no call is made in vain
