"""What became of a creation, as a card shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from bot.crm import Draft
from bot.language import Sentence
from bot.mail import Contact, contact_named
from bot.records import Category, RecordRef
from bot.surface import CreationView, InterestView, NamedView
from storage.creations import Creations
from storage.tables import Creation


def draft_of_creation(creations: Creations, row: Creation) -> Draft | None:
    """The draft, while the creation is open; None after its end, and where it was sealed with another key."""
    kept = creations.draft_text(row)
    return Draft.from_json(json.loads(kept)) if kept else None


def creation_view(creations: Creations, row: Creation, named: Callable[..., NamedView]) -> CreationView:
    """`named` gives a record its name and page."""
    draft = draft_of_creation(creations, row)
    return CreationView(
        id=row.id,
        vendor=row.vendor,
        category=Category(row.category),
        state=row.state,
        name=row.record_name or (draft.name if draft else ""),
        asked_by=row.asked_by,
        record=named(RecordRef.parse(row.record), row.record_name) if row.record else None,
        verified=row.verified,
        others=tuple(named(RecordRef.parse(text)) for text in row.others),
        left_out=tuple(row.left_out),
        linked=row.linked == "linked",
        interest=InterestView(row.interest, row.about_name, Sentence.load(row.interest_message))
        if row.interest
        else None,
        message=Sentence.load(row.message),
        open=draft is not None,
    )


def unknown_people(not_found: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Of the words of a mail that match nothing those that name a person or a company. `known` are the names of who is
    picked, linked or created by now."""
    there = [set(name.casefold().split()) for name in known]
    return tuple(
        text
        for text in not_found
        if contact_named(text, Contact()) is not None and not any(set(text.casefold().split()) <= one for one in there)
    )
