"""What any CRM must offer. The use cases know vendors only through this module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from bot.language import SILENCE, Sentence, SpokenError
from bot.mail import Mail, MailPlace, Participant
from bot.records import Category, Record, RecordRef

if TYPE_CHECKING:  # it needs CRMError of this module
    from bot.crm.creating import Creator


class CRMError(SpokenError):
    """A vendor's refusal or failure.

    `message` is fit for the person in Slack and says what to do; only errors that are not `permanent` are
    retried. `code` is the vendor's own code, for the log. `uncertain` is True where the call may have taken effect
    (a timeout, a connection dropped after the request was sent). `refuses_access` is True where the vendor does not
    accept the keys that are set: then nothing works until somebody mends them.
    """

    refuses_access = False

    def __init__(self, message: Sentence, *, permanent: bool, code: str = "", uncertain: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.code = code
        self.uncertain = uncertain


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a vendor's link call can do. `categories` maps what people pick to how many: 1, or None for any number.

    `undo`: everything that the call links can be taken back (see also `CRM.undoable`). `removes`: `link` can take off
    links, also those that somebody else made. `activity`: a mail that lies in no mailbox can be written down as one.
    `attachment_bytes`: the call carries the attachments along, so many bytes in all; None where it carries none.
    `creatable`: the kinds of records that can be created, the usual one of a category first, and what they can be.
    `relatable`: what a new record of a kind can be related to as interested.
    """

    undo: bool
    needs_mailbox: bool
    categories: Mapping[Category, int | None]
    removes: bool = False
    activity: bool = False
    attachment_bytes: int | None = None
    creatable: Mapping[str, tuple[Category, ...]] = field(default_factory=dict)
    relatable: Mapping[str, frozenset[Category]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of directory changes.

    `cursor` is what to store and pass to `changes` to go on after this page, also in another process. `total` is the
    expected number of records of the whole run where the vendor tells it. `last` marks the last page of a run; where
    that run read everything (`bot.crm.cursor.is_full`), every record that it did not see has vanished.
    """

    records: tuple[Record, ...]
    vanished: tuple[RecordRef, ...] = ()
    cursor: str = ""
    total: int | None = None
    last: bool = False


class Outcome(StrEnum):
    """What became of one record of a link call."""

    LINKED = "linked"
    ALREADY = "already linked"
    REFUSED = "refused"
    NOT_SET = "not set"
    UNLINKED = "unlinked"
    RESTORED = "linked again"  # a removal that was taken back
    NOTED = "noted"  # written down as an activity instead


# The code of a record that was not linked because another one, which nobody asked to take off, has the only place.
OCCUPIED = "occupied"


@dataclass(frozen=True, slots=True)
class LinkState:
    """What the vendor says a mail is linked to now. `portal_request`: it knows the mail as an enquiry of a portal."""

    records: frozenset[RecordRef]
    portal_request: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome for one record.

    `verified`: True, the vendor was asked afterwards and shows it; False, asked and does not; None, it cannot tell.
    `before` is the vendor's state before the call as JSON, enough for `unlink`. `message` is for people,
    where something went wrong.
    """

    ref: RecordRef
    outcome: Outcome
    verified: bool | None = None
    vendor_ref: str = ""
    before: Mapping[str, Any] | None = None
    message: Sentence = SILENCE
    code: str = ""
    permanent: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `linkbot doctor`: what was checked, whether it is right, and how to mend it if not. `told` is False
    for what could not be told: that is no fault, and no tick either."""

    name: Sentence
    ok: bool
    detail: Sentence = SILENCE
    remedy: Sentence = SILENCE
    told: bool = True


@dataclass(frozen=True, slots=True)
class VendorRequest:
    """A request as it would go to the vendor, secrets left out: for `linkbot link --dry-run`."""

    method: str
    url: str
    body: Mapping[str, Any] = field(default_factory=dict)


class CRM(Protocol):
    """A CRM. Methods block (threads, no asyncio), are safe to call from several threads, and raise only CRMError."""

    @property
    def vendor(self) -> str: ...

    @property
    def label(self) -> str:
        """The product's name as people know it ("onOffice", "Zoho CRM")."""
        ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def creator(self) -> Creator | None:
        """What creates records and notes interest; None for a CRM that leaves it out (`capabilities.creatable`)."""
        ...

    def changes(self, cursor: str | None) -> Iterator[Page]:
        """The directory, page by page. None: everything; a stored cursor: what came after it (an unfinished full run
        goes on where it stopped; after a finished one only what changed or vanished since)."""
        ...

    def staff(self) -> list[Participant]:
        """The CRM's own users (name and address): they are never the customer, and mail from them was sent."""
        ...

    def search(self, text: str, category: Category, limit: int = 20) -> list[Record]:
        """Live search at the vendor, for what the local copy does not have yet."""
        ...

    def linked(self, mail: Mail, place: MailPlace | None) -> LinkState | None:
        """What the mail is linked to now; None where the vendor cannot tell."""
        ...

    def link(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[Receipt]:
        """Link the mail to the records beside whatever is linked, and take it off those in `remove` (only where
        capabilities.removes), whoever linked them; one receipt per record of either kind, not yet verified. Nothing
        else gives way: a record whose only place another one has is REFUSED with the code OCCUPIED."""
        ...

    def in_the_way(self, records: Sequence[Record], state: LinkState) -> list[RecordRef]:
        """What of `state` has to be taken off so that these records can be linked, as the vendor knows one of its kind
        only. Asks nobody."""
        ...

    def verify(self, mail: Mail, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        """Ask the vendor again and fill in `verified` (and NOT_SET where it claimed success in vain)."""
        ...

    def undoable(self, receipt: Receipt) -> bool:
        """Whether `unlink` can take back this outcome of `link`, a link or a removal. Asks nobody."""
        ...

    def unlink(self, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        """Take back what the receipts say, keeping what others did since; only what is `undoable`. What the bot LINKED
        becomes UNLINKED; what it UNLINKED becomes RESTORED, unless something else has its place by now. Verified."""
        ...

    def write_activity(self, mail: Mail, records: Sequence[Record]) -> list[Receipt]:
        """Write down, on the records, that there was this mail, which lies in no mailbox; only where
        capabilities.activity. Looks first: the same mail is never written down twice on a record. NOTED, verified."""
        ...

    def preview(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[VendorRequest]:
        """The requests that `link` would send."""
        ...

    def web_link(self, ref: RecordRef) -> str | None:
        """The record's page in the CRM, fetched when shown, not stored; None where there is none."""
        ...

    def checks(self) -> list[Check]:
        """Reachability, credentials, rights: for `linkbot doctor`. Never raises."""
        ...

    def probe(self) -> list[Check]:
        """What only a real account can settle, found out without changing anything: for `linkbot doctor --probe`.
        Never raises."""
        ...

    def check_identity(self, identity: str) -> Check | None:
        """Whether the API user may link mails of this mailbox, without sending or changing any; None where mailboxes
        are nothing to this CRM. Never raises."""
        ...
