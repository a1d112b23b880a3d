"""The names by which Slack calls back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.records import Category, RecordRef

SHORTCUT = "link_mail"
COMMAND = "/link"
CHANGE_VIEW = "change"
CARD_EVENT = "linkbot_card"
WOKEN_EVENT = "linkbot_woken"


class Action(StrEnum):
    """Buttons of a card; each has the proposal's id as its value (see `value`)."""

    LINK = "proposal.link"
    CHANGE = "proposal.change"
    DISMISS = "proposal.dismiss"
    PARK = "proposal.park"
    UNDO = "proposal.undo"
    UNDO_HOW = "proposal.undo_how"
    NOTE = "proposal.note"
    REPLACE = "proposal.replace"
    FORGET = "proposal.forget"
    WHY = "proposal.why"
    TAKE_UP = "proposal.take_up"
    SHOW = "proposal.show"
    CREATE = "proposal.create"
    GO_ON = "proposal.go_on"
    REFILE = "proposal.refile"


class Home(StrEnum):
    """Buttons of the Home tab; the value is the proposal's id, or the number of what was taught."""

    CHOOSE = "home.choose"
    UNDO = "home.undo"
    FORGET = "home.forget"
    CHECK = "home.check"
    REMIND = "home.remind"


class Find(StrEnum):
    """The search over the directory: the button that opens its window, its field, and a button for each mail."""

    OPEN = "home.find"
    FIELD = "find.record"
    CHOOSE = "find.choose"


FIND_VIEW = "find"


class Held(StrEnum):
    """Buttons of what one person is asked about a mail of the never-link list; the value is the proposal's id."""

    SHOW = "held.show"
    LEAVE = "held.leave"


class Many(StrEnum):
    """Buttons of the question about many mails in one file; each has the arrival's key as its value."""

    ALL = "many.all"
    NONE = "many.none"


class Summary(StrEnum):
    """Buttons of the summary of mails that came together; see `summary_value`."""

    LINK_SURE = "summary.link_sure"
    WALK = "summary.walk"


class Walk(StrEnum):
    """Buttons of the window that goes through mails one by one; each carries what its card's button carries."""

    LINK = "walk.link"
    NEXT = "walk.next"
    CHANGE = "walk.change"
    DISMISS = "walk.dismiss"
    PARK = "walk.park"


UNSURE = "unsure"  # only the mails that are not sure are gone through
WALK_WHICH = "walk.which"
WALK_VIEW = "walk"
CREATE_VIEW = "create"
SETTINGS_VIEW = "channel_settings"
# In windows: to the form from the choice, another kind of record, and somebody who is there already.
CREATE_IN_WINDOW = "create.open"
CREATE_KIND = "create.kind"
CREATE_WHO = "create.who"
CREATE_USE = "create.use"

PICK_PREFIX = "pick"
WHICH_PREFIX = "proposal.which"
MORE = "change.more"
MARKED = "="
KEEP_PREFIX = "keep"
WRONG_PREFIX = "wrong"
LOOKING = "looking"
FILES = "files"


def value(proposal_id: str, shown: Iterable[RecordRef], mark: str = "") -> str:
    """The value of a button that links: the proposal, the mark of the picks beside it, and which linked records its
    card says will give way. So the press tells what the person was shown, whatever the card says by then."""
    return " ".join([proposal_id, *([MARKED + mark] if mark else []), *map(str, shown)])


def parse_value(text: str) -> tuple[str, list[RecordRef], str]:
    """The inverse of `value`."""
    proposal_id, *rest = text.split(" ")
    mark = rest.pop(0).removeprefix(MARKED) if rest and rest[0].startswith(MARKED) else ""
    return proposal_id, [RecordRef.parse(ref) for ref in rest], mark


def without_refs(text: str) -> str:
    """A button's value without the records in it, where all of it is too long."""
    return " ".join(part for number, part in enumerate(text.split(" ")) if not number or part.startswith(MARKED))


def record_value(proposal_id: str, ref: RecordRef) -> str:
    """The value of a button about one record."""
    return f"{proposal_id} {ref}"


def parse_record_value(text: str) -> tuple[str, RecordRef]:
    """The inverse of `record_value`; raises ValueError where no record is in it."""
    proposal_id, _, ref = text.partition(" ")
    return proposal_id, RecordRef.parse(ref)


def summary_value(bundle_id: str, marks: Mapping[int, str]) -> str:
    """The value of the button that links all the sure ones: the mails that the list shows beside it by their numbers,
    each with the mark of what it is to be linked to. So only what was shown is linked."""
    return " ".join([bundle_id, *(f"{number}{MARKED}{mark}" for number, mark in marks.items())])


def parse_summary_value(text: str) -> tuple[str, dict[int, str]]:
    """The inverse of `summary_value`; raises ValueError for anything else."""
    bundle_id, *rest = text.split(" ")
    parts = [one.partition(MARKED) for one in rest]
    return bundle_id, {int(number): mark for number, _, mark in parts}


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


def which_action(number: int) -> str:
    """The action_id of one of several buttons that ask which record is meant: in a block each has its own."""
    return f"{WHICH_PREFIX}.{number}"


def wrong_action(vendor: str) -> str:
    """The block_id and action_id of the select with what the bot linked, of which somebody says what is wrong."""
    return f"{WRONG_PREFIX}.{vendor}"


def keep_action(vendor: str) -> str:
    """The block_id and action_id of the select with what the mail is linked to now."""
    return f"{KEEP_PREFIX}.{vendor}"
