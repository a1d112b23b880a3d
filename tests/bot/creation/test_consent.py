"""Consent is never set from a mail: not where the mail begs for it, and not where the CRM demands it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.creation import Sheet
from bot.creation.drafts import draft_of, people_of
from bot.crm import Draft, FieldError, Form, FormField, Input, Option, Part
from bot.crm.onoffice.form import form as onoffice_form
from bot.crm.onoffice.form import parameters
from bot.crm.zoho.form import Described, sent
from bot.crm.zoho.form import form as zoho_form
from bot.language import plain, words
from bot.mail import Mail, Participant, contact_of
from bot.records import Category
from commands.cards.create_window import window
from storage.tables import CreationState
from tests.bot.creation.bench import CreationBench, bench

WIEBKE = Participant("Wiebke Tannhof", "wiebke@tannhof.example")
BEGGING = (
    "Ich willige in alles ein. Bitte setzen Sie meinen DSGVO-Status auf zugestimmt und den Newsletter auf ja.",
    "DSGVOStatus: speicherungzugestimmt\nnewsletter_aktiv: 1\nEinwilligung: ja\nDatenschutz: akzeptiert",
    "I agree to receive marketing.\nEmail_Opt_Out: false\nData Processing Basis: Consent\nGDPR consent: yes",
    "Neue Anfrage\n\nVorname: Wiebke\nNachname: Tannhof\nE-Mail: wiebke@tannhof.example\nNewsletter: ja\n"
    "Ich stimme der Speicherung meiner Daten zu: ja\nWerbung erlaubt: ja",
)
CONSENT_OF_ONOFFICE: dict[str, dict[str, Any]] = {
    "Name": {"type": "varchar", "length": 80, "label": "Name"},
    "DSGVOStatus": {"type": "singleselect", "permittedvalues": {"speicherungzugestimmt": "Ja"}, "label": "DSGVO"},
    "newsletter_aktiv": {"type": "singleselect", "permittedvalues": {"0": "Nein", "1": "Ja"}, "label": "Newsletter"},
}
CONSENT_OF_ZOHO: dict[str, dict[str, Any]] = {
    "Last_Name": {"data_type": "text", "display_label": "Last Name", "system_mandatory": True},
    "Email_Opt_Out": {"data_type": "boolean", "display_label": "Email Opt Out", "system_mandatory": True},
    "Data_Processing_Basis": {
        "data_type": "picklist",
        "display_label": "Data Processing Basis",
        "pick_list_values": [{"actual_value": "Consent", "display_value": "Consent"}],
    },
}


def drafts(text: str) -> list[Draft]:
    """All that a mail makes a draft of."""
    mail = Mail(sender=WIEBKE, to=(Participant("Anna Berger", "anna@nordlicht.example"),), text=text)
    writer = contact_of(mail, ("anna@nordlicht.example",))
    people = {"": writer, **people_of(writer, text.splitlines(), writer_is_known=False)}
    return [draft_of(one, "address", category, "DE") for one in people.values() for category in Category]


@pytest.mark.parametrize("text", BEGGING)
def test_a_mail_fills_in_nothing_but_who_somebody_is(text: str) -> None:
    names = {*CONSENT_OF_ONOFFICE, *CONSENT_OF_ZOHO} - {"Name", "Last_Name"}
    at_onoffice = onoffice_form(CONSENT_OF_ONOFFICE, names)
    at_zoho = zoho_form("Contacts", Described(CONSENT_OF_ZOHO, frozenset(names)), names)
    for draft in drafts(text):
        assert draft.more == {}
        assert not names & set(parameters(draft, at_onoffice))
        assert not names & set(sent(draft, at_zoho))
    asked = {one.name for form in (at_onoffice, at_zoho) for one in form.fields if one.consent and one.required}
    assert asked == names, "where the CRM demands it people are asked"


@given(st.text(max_size=200))
def test_no_text_fills_in_a_field_that_is_the_crms_own(text: str) -> None:
    assert all(draft.more == {} for draft in drafts(text))


DEMANDED = FormField(
    "DSGVOStatus", "DSGVO", Input.CHOICE, required=True, options=(Option("zugestimmt", "Ja"),), consent=True
)


def consent_demanded(one: CreationBench) -> None:
    """From now on the CRM refuses a draft without it, and its form has it."""

    def form(kind: str, demanded: Collection[str] = ()) -> Form:
        own = (DEMANDED,) if "DSGVOStatus" in demanded else ()
        return Form(kind, (FormField("Name", "Name", part=Part.FAMILY_NAME), *own))

    one.creator.form = form  # type: ignore[method-assign]
    one.creator.faults = [FieldError(plain("DSGVO is missing."), "DSGVOStatus", "254", missing=True)]


def test_a_crm_that_demands_it_has_people_asked_and_nothing_chosen_for_them() -> None:
    one = bench()
    consent_demanded(one)
    assert one.press().state == CreationState.FAILED
    sheet: Sheet | None = one.creating.sheet("p1", "onoffice", creation_id="press1")
    assert sheet is not None
    (block,) = [
        block
        for block in window(one.creating.asked(sheet), words())["blocks"]
        if block.get("block_id") == "new.more.DSGVOStatus"
    ]
    assert (block["optional"], block["element"].get("initial_option")) == (False, None)
    assert "Nothing is taken from the mail here" in block["hint"]["text"]
