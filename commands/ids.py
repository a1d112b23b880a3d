"""The names by which Slack calls back."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.records import Category, RecordRef

SHORTCUT = "link_mail"
COMMAND = "/link"
CHANGE_VIEW = "change"
CARD_EVENT = "linkbot_card"


class Action(StrEnum):
    """Buttons of a card; each has the proposal's id as its value (see `value`)."""

    LINK = "proposal.link"
    CHANGE = "proposal.change"
    DISMISS = "proposal.dismiss"
    UNDO = "proposal.undo"
    UNDO_HOW = "proposal.undo_how"
    NOTE = "proposal.note"
    REPLACE = "proposal.replace"
    FORGET = "proposal.forget"
    SHOW = "proposal.show"


class Many(StrEnum):
    """Buttons of the question about many mails in one file; each has the arrival's key as its value."""

    ALL = "many.all"
    NONE = "many.none"


PICK_PREFIX = "pick"
KEEP_PREFIX = "keep"
FILES = "files"


def value(proposal_id: str, shown: Iterable[RecordRef]) -> str:
    """The value of a button that links: the proposal, and which linked records its card says will give way. So the
    press tells what the person was shown, whatever the card says by then."""
    return " ".join([proposal_id, *map(str, shown)])


def parse_value(text: str) -> tuple[str, list[RecordRef]]:
    """The inverse of `value`."""
    proposal_id, *shown = text.split(" ")
    return proposal_id, [RecordRef.parse(ref) for ref in shown]


def forget_value(proposal_id: str, alias_id: int) -> str:
    """The value of the button that forgets what a mail taught."""
    return f"{proposal_id} {alias_id}"


def parse_forget_value(text: str) -> tuple[str, int]:
    """The inverse of `forget_value`."""
    proposal_id, alias_id = text.split(" ")
    return proposal_id, int(alias_id)


def pick_action(vendor: str, category: Category) -> str:
    """The action_id of the select for one vendor and category; also its block_id."""
    return f"{PICK_PREFIX}.{vendor}.{category}"


def parse_pick_action(action_id: str) -> tuple[str, Category]:
    """The inverse of `pick_action`; raises ValueError for another id."""
    prefix, vendor, category = action_id.split(".", 2)
    if prefix != PICK_PREFIX:
        raise ValueError(action_id)
    return vendor, Category(category)


def keep_action(vendor: str) -> str:
    """The block_id and action_id of the select with what the mail is linked to now."""
    return f"{KEEP_PREFIX}.{vendor}"
