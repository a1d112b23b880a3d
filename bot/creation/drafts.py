"""What a mail tells of somebody, as a draft of a record. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from bot.crm import Draft
from bot.mail import Contact, contact_named
from bot.records import Category


def draft_of(contact: Contact, kind: str, category: Category, region: str) -> Draft:
    """The draft of a person, or of the company where they work."""
    known = {one.name: getattr(contact, one.name) for one in fields(Contact)}
    if category is Category.COMPANY:
        known |= dict.fromkeys(("salutation", "title", "given_name", "family_name"), "")
    return Draft(category=category, kind=kind, region=region, **known)


def people_of(writer: Contact, unknown: Iterable[str], *, writer_is_known: bool) -> dict[str, Contact]:
    """Who can be created for a mail, by what people read: its writer and everybody else whom it names and the CRM does
    not know. A writer who is known comes last."""
    named = {text: contact for text in unknown if (contact := contact_named(text, writer)) is not None}
    others = {text: contact for text, contact in named.items() if contact is not writer}
    own = {_label(writer): writer} if _label(writer) else {}
    return {**others, **own} if writer_is_known and writer not in named.values() else {**own, **others}


def _label(contact: Contact) -> str:
    return f"{contact.given_name} {contact.family_name}".strip() or contact.company or contact.email
