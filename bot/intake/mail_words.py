"""What matching sees of a mail."""

from __future__ import annotations

from collections.abc import Collection

from bot.mail import Kind, Mail, Participant, Understood, understand, wording
from bot.matching import MailWords, Passage, PassageRole, Ticks
from bot.records import RecordRef


def words_of(
    mail: Mail,
    staff: Collection[str] = (),
    thread: frozenset[RecordRef] = frozenset(),
    understood: Understood | None = None,
) -> MailWords:
    """What matching sees of a mail. The forwarder's note comes first: they may have written whose mail it is.

    The sender is the enquirer, also where a portal or a web form wrote in their name. `staff` are addresses and names
    of own people, whose signatures say nothing about the customer. `thread` are the records that earlier mails of the
    same thread were linked to. `understood` is what `understand` says of the mail, where it was asked before.
    """
    known = understood or understand(mail, staff)
    said = wording(mail, known, staff)
    sender = mail.sender or Participant()
    name, address = sender.name, sender.address
    if known.customer is not None:
        name, address = known.customer.name, known.customer.address
    return MailWords(
        sender_name=name or "",
        sender_address=address or "",
        reply_to=tuple((p.name or "", p.address or "") for p in mail.reply_to),
        recipients=tuple((p.name or "", p.address or "") for p in (*mail.to, *mail.cc)),
        subject=mail.subject,
        text=said.text,
        forwarders=((by.name or "", by.address or ""),) if mail.forward and (by := mail.forward.by) else (),
        thread=thread,
        passages=tuple(
            Passage(PassageRole(one.role), one.start, one.end) for one in said.passages if one.role in {*PassageRole}
        ),
        ticks=_ticks(known.kind),
    )


def _ticks(kind: Kind) -> Ticks:
    """What a mail of this kind may tick: one that no person wrote nothing but whom it is about."""
    if kind is Kind.BULK:
        return Ticks.NONE
    return Ticks.SENDER if kind.automatic else Ticks.ALL
