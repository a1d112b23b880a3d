"""What a mail tells of somebody, as a draft of a record. Pure functions."""

from __future__ import annotations

from dataclasses import fields

from bot.crm import Draft
from bot.mail import Contact
from bot.records import Category


def draft_of(contact: Contact, kind: str, category: Category, region: str) -> Draft:
    """The draft of a person, or of the company where they work."""
    known = {one.name: getattr(contact, one.name) for one in fields(Contact)}
    if category is Category.COMPANY:
        known |= dict.fromkeys(("salutation", "title", "given_name", "family_name"), "")
    return Draft(category=category, kind=kind, region=region, **known)
