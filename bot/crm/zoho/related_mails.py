"""The mails that Zoho shows at a record, for checking that a link took effect.

https://www.zoho.com/crm/developer/docs/api/v7/get-email-rel-list.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.crm.port import CRMError
from bot.crm.zoho.client import Client
from bot.crm.zoho.compose import subject
from bot.mail import Mail
from bot.records import RecordRef

MOST_PAGES = 20  # of ten mails each
SAME_TIME_SECONDS = 60.0  # forwards show times without seconds
SAME_ENTRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Trace:
    """What a mail can be known by where Zoho's own id isn't: the list doesn't show the Message-ID. Times count as the
    same `within` so many seconds."""

    subject: str
    sender: str
    date: datetime | None
    within: float = SAME_TIME_SECONDS

    @classmethod
    def of(cls, mail: Mail) -> Trace:
        sender = (mail.sender.address or "") if mail.sender else ""
        date = mail.date.replace(tzinfo=UTC) if mail.date and mail.date.tzinfo is None else mail.date
        return cls(subject(mail), sender.lower(), date)

    @classmethod
    def of_entry(cls, entry: Mapping[str, Any]) -> Trace:
        """The trace of an entry of associate_email, to be known again as it was sent: portals send many mails alike."""
        moment = datetime.fromisoformat(entry["date_time"])
        return cls(entry["subject"], str(entry["from"]["email"]).lower(), moment, SAME_ENTRY_SECONDS)

    def fits(self, item: Mapping[str, Any]) -> bool:
        """The same subject, sender and time; all three have to be known."""
        sender = item.get("from")
        address = str(sender.get("email") or "").lower() if isinstance(sender, Mapping) else ""
        if not self.sender or self.date is None or address != self.sender or item.get("subject") != self.subject:
            return False
        try:
            moment = datetime.fromisoformat(str(item.get("time") or item.get("sent_time")))
        except ValueError:
            return False
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return abs((moment - self.date).total_seconds()) <= self.within


@dataclass(frozen=True, slots=True)
class Sight:
    """What was found: the mail's entry; or that the list shows mails of this direction and not this one (`absent`)."""

    item: Mapping[str, Any] | None = None
    absent: bool = False

    @property
    def verified(self) -> bool | None:
        return True if self.item is not None else False if self.absent else None

    @property
    def beside(self) -> Mapping[str, Any]:
        """The record linked beside this one (`id`, `name`, `module`), as the found mail names it; else nothing."""
        found = self.item.get("linked_record") if self.item else None
        return found if isinstance(found, Mapping) else {}

    def shows_beside(self, ref: RecordRef) -> bool:
        """Whether the found mail names `ref` as the record linked beside this one."""
        return str(self.beside.get("id") or "") == ref.id


def look(client: Client, ref: RecordRef, message_id: str, trace: Trace, *, sent: bool, owner: str = "") -> Sight:
    """Look a mail up at a record, by Zoho's id or else by its trace.

    That it isn't shown proves nothing by itself: Zoho hides mails from users without a mailbox of their own, and other
    users' mails by their sharing settings. Only a list that does show mails of the same direction to the bot's user,
    read to its end, counts as a no. Raises CRMError where the question should be asked again.
    """
    shows_such = False
    try:
        for item, last_read in _items(client, ref, owner):
            if item is None:
                return Sight(absent=last_read and shows_such and not owner)
            if (message_id and str(item.get("message_id")) == message_id) or (not message_id and trace.fits(item)):
                return Sight(item)
            shows_such = shows_such or item.get("sent") is sent
    except CRMError as error:
        if not error.permanent:
            raise
    return Sight()


def look_by_id(client: Client, ref: RecordRef, message_id: str, *, owner: str = "") -> Sight:
    """Look a mail up at a record by Zoho's id alone. Raises CRMError where the question should be asked again."""
    return look(client, ref, message_id, Trace("", "", None), sent=False, owner=owner)


def _items(client: Client, ref: RecordRef, owner: str) -> Iterator[tuple[Mapping[str, Any] | None, bool]]:
    """The mails of a record one by one; at the end None, with whether all of them were read."""
    params = {"type": "user_emails", "owner_id": owner} if owner else {}
    for _ in range(MOST_PAGES):
        answer = client.get(f"{ref.kind}/{ref.id}/Emails", params)
        for item in answer.items("Emails"):
            yield item, False
        index = answer.info.get("next_index")
        if answer.empty or answer.info.get("more_records") is not True or not index:
            yield None, True
            return
        params = {**params, "index": str(index)}
    yield None, False
