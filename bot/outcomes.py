"""What can become of a record of an attempt, beyond the vendors' own outcomes, and which links can be taken back."""

from __future__ import annotations

from collections.abc import Mapping

from bot.crm.port import CRM, Outcome, Receipt
from bot.records import RecordRef
from storage.links import Links
from storage.tables import Link

DONE = (Outcome.LINKED, Outcome.ALREADY)
FILED = (*DONE, Outcome.NOTED)
NOT_UNDONE = "not undone"
UNCERTAIN = "uncertain"

# The code of a failure: the mail lies in none of the mailboxes that the bot may look into.
MAIL_NOT_FOUND = "mail_not_found"


def link_ref(link: Link) -> RecordRef:
    return RecordRef(link.vendor, link.kind, link.record_id)


def undoable(links: Links, crms: Mapping[str, CRM], proposal_id: str) -> list[Link]:
    """The links of a proposal that this bot made and its vendor can take back."""
    return [
        link
        for link in links.standing(proposal_id)
        if link.vendor in crms and crms[link.vendor].undoable(_receipt(link))
    ]


def _receipt(link: Link) -> Receipt:
    """A row of the log as the vendor's adapter knows it."""
    return Receipt(link_ref(link), Outcome(link.outcome), link.verified, link.vendor_ref, link.before)
