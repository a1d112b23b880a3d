"""What matching sees of a mail."""

from __future__ import annotations

from collections.abc import Collection

from bot.mail import Mail, Participant, customer, without_own_signatures
from bot.matching import MailWords
from bot.records import RecordRef


def words_of(mail: Mail, staff: Collection[str] = (), thread: frozenset[RecordRef] = frozenset()) -> MailWords:
    """What matching sees of a mail. The forwarder's note comes first: they may have written whose mail it is.

    The sender is the enquirer, also where a portal or a web form wrote in their name. `staff` are addresses and names
    of own people, whose signatures say nothing about the customer. `thread` are the records that earlier mails of the
    same thread were linked to.
    """
    sender = customer(mail, staff) or mail.sender or Participant()
    note = without_own_signatures(mail.forward.note, staff) if mail.forward else ""
    text = without_own_signatures(mail.text, staff)
    return MailWords(
        sender_name=sender.name or "",
        sender_address=sender.address or "",
        reply_to=tuple((p.name or "", p.address or "") for p in mail.reply_to),
        recipients=tuple((p.name or "", p.address or "") for p in (*mail.to, *mail.cc)),
        subject=mail.subject,
        text=f"{note}\n\n{text}" if note else text,
        forwarders=((by.name or "", by.address or ""),) if mail.forward and (by := mail.forward.by) else (),
        thread=thread,
    )
