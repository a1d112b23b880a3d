"""Finding a mail in the IMAP mailboxes, so that the vendor can be told where it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.language import sentence
from bot.mail.eml import arrived_eml
from bot.mail.headers import Envelope
from bot.mail.imap import Hit, ImapAccount, MailboxError, Session, connected, quoted
from bot.mail.model import IdSource, Mail, MailPlace, MessageId, Participant
from bot.mail.msg import UnreadableMail
from bot.mail.same_text import same_text
from bot.mail.subjects import base_subject
from bot.mail.words import fold

_CERTAIN = (IdSource.ATTACHED, IdSource.OWN)
_WINDOW = timedelta(days=2)
_CLOCK = timedelta(minutes=15)  # between what two programs show as the time of one mail
_ZONES = timedelta(hours=15)  # the same where one of them shows no time zone
_QUARTER = 15 * 60  # seconds; time zones differ by whole quarters of an hour
_MINUTE = 90  # seconds; a forward shows minutes, cut off or rounded
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Locator:
    """Looks mails up in all mailboxes that are set up. Safe to share between threads: each call connects anew."""

    def __init__(self, accounts: Callable[[], Sequence[ImapAccount]], timeout: float = 20.0, ca_file: str = "") -> None:
        """`accounts` is asked at each call; `timeout` is in seconds, per answer of a server; the certificates in
        `ca_file` (PEM) are trusted beside the machine's own."""
        self._accounts = accounts
        self._timeout = timeout
        self._ca_file = ca_file

    def find(self, mail: Mail, *, known: MailPlace | None = None, first: str = "", only: str = "") -> MailPlace | None:
        """Where the mail lies, None if it is in none of the mailboxes or cannot be told from others.

        By each Message-ID that the mail gives; one that is only a hint counts if sender, subject and date agree. If
        that finds nothing, by sender, subject and date, and then only if exactly one mail fits. Raises `MailboxError`
        where nothing was found and a mailbox could not be asked.

        `known` is where it lay last: looked at first, and enough if the folder still has its UIDVALIDITY and the UID
        the same mail. `first` is the address of a mailbox to look into before the others, `only`
        that of the one to look into.
        """
        failure: MailboxError | None = None
        alike: list[tuple[MailPlace, str]] = []
        accounts = [one for one in self._accounts() if not only or _same(one.identity, only)]
        for account in _likely_first(accounts, mail, known.identity if known else "", first):
            try:
                with connected(account, self._timeout, self._ca_file) as session:
                    if known and _same(known.identity, account.identity) and _still_there(session, mail, known):
                        return known
                    place = _by_id(session, account.identity, mail)
                    if place:
                        return place
                    alike += _by_facts(session, account.identity, mail)
            except MailboxError as error:
                failure = failure or error
        if failure:
            raise failure
        if len({key for _, key in alike}) == 1:
            return alike[0][0]
        return None

    def identities(self) -> list[str]:
        """The addresses of the mailboxes that are looked into."""
        return [account.identity for account in self._accounts()]

    def logins(self) -> dict[str, bool]:
        """Which mailboxes let the bot in, by their address; one that cannot be asked just now is left out."""
        known: dict[str, bool] = {}
        for account in self._accounts():
            try:
                with connected(account, self._timeout, self._ca_file):
                    known[account.identity] = True
            except MailboxError as error:
                if error.permanent:
                    known[account.identity] = False
        return known

    def read(self, place: MailPlace) -> bytes | None:
        """The raw mail at a place, None if it is not there any more. Raises `MailboxError`."""
        account = next((one for one in self._accounts() if _same(one.identity, place.identity)), None)
        if account is None:
            raise MailboxError(sentence("mailbox.not_set_up", mailbox=place.identity), permanent=True)
        with connected(account, self._timeout, self._ca_file) as session:
            if session.examine(place.folder) != place.uidvalidity:
                return None
            hit = next(session.headers([str(place.uid)]), None)
            if hit is None or (hit.envelope.message_id or "") != place.message_id:
                return None
            return session.raw(place.uid)

    def folders(self, account: ImapAccount) -> dict[str, bool]:
        """Logs in and opens each folder that would be searched, in that order: whether it opens. Raises `MailboxError`,
        also where one of those that the account is limited to is not there or does not open, or none does."""
        with connected(account, self._timeout, self._ca_file) as session:
            opened = {name: session.examine(name) is not None for name in session.folders(each=True)}
        closed = ", ".join(name for name, opens in opened.items() if not opens)
        if closed and (account.folders or not any(opened.values())):
            said = sentence("mailbox.folder_closed", mailbox=account.identity, names=closed, user=account.user)
            raise MailboxError(said, permanent=True)
        return opened

    def check(self, account: ImapAccount) -> list[str]:
        """The folders that would be searched and open; see `folders`."""
        return [name for name, opens in self.folders(account).items() if opens]


def _likely_first(accounts: Sequence[ImapAccount], mail: Mail, *wanted: str) -> list[ImapAccount]:
    """The mailboxes that are asked for, then those of the mail's recipients, its sender and forwarder, the others."""
    asked = [fold(one) for one in wanted if one]
    forwarder = mail.forward.by if mail.forward else None
    recipients = {fold(one.address) for one in (*mail.to, *mail.cc, *mail.bcc) if one.address}
    others = {fold(one.address) for one in (mail.sender, forwarder) if one and one.address}

    def rank(account: ImapAccount) -> int:
        identity = fold(account.identity)
        if identity in asked:
            return asked.index(identity) - len(asked)
        return 0 if identity in recipients else 1 if identity in others else 2

    return sorted(accounts, key=rank)


def _still_there(session: Session, mail: Mail, known: MailPlace) -> bool:
    """Whether the mail lies where it was found before: the same folder and UID, and nothing else under them."""
    if not known.uidvalidity or not known.message_id or session.examine(known.folder) != known.uidvalidity:
        return False
    hit = next(session.headers([str(known.uid)]), None)
    if hit is None or hit.envelope.message_id != known.message_id:
        return False
    claimed = next((one for one in mail.message_ids if one.value == known.message_id), None)
    if claimed:
        return _confirmed(claimed, mail, hit.envelope)
    return _same_sender(mail, hit.envelope) and _same_subject(mail, hit.envelope)


def _by_id(session: Session, identity: str, mail: Mail) -> MailPlace | None:
    wanted = [one for one in mail.message_ids if _searchable(one.value)]
    if not wanted:
        return None
    for folder in session.folders():
        validity = session.examine(folder)
        if validity is None:
            continue
        for one in wanted:
            for hit in _hits(session, one):
                if hit.envelope.message_id == one.value and _confirmed(one, mail, hit.envelope):
                    return MailPlace(identity, folder, hit.uid, validity, one.value)
    return None


def _hits(session: Session, one: MessageId) -> Iterator[Hit]:
    """Servers compare header fields by substring and without case: the caller checks what was found."""
    uids = session.gmail_search(one.value)
    yield from session.headers(uids or session.search("HEADER", "Message-ID", quoted(one.value)))


def _searchable(message_id: str) -> bool:
    return message_id.isascii() and message_id.isprintable() and len(message_id) > 4


def _confirmed(one: MessageId, mail: Mail, found: Envelope) -> bool:
    """Replies carry the same headers as forwards, and so does a forward of a forward: hints must fit the mail."""
    if one.source in _CERTAIN:
        return True
    return _same_sender(mail, found) and _same_subject(mail, found) and _same_time(mail.date, found.date, unknown=True)


def _by_facts(session: Session, identity: str, mail: Mail) -> Iterator[tuple[MailPlace, str]]:
    """Mails that agree in sender, subject, date and text; each with what tells it from other mails.

    Two mails of one sender may differ by a few minutes and some words only, and linking the wrong one is worse than
    finding none: the time must be the same to the minute, and the text is compared. Where the Message-ID of the mail
    is certain, another one is another mail.
    """
    if any(one.source in _CERTAIN for one in mail.message_ids):
        return
    sender = _search_word(mail)
    if sender is None or mail.date is None or not mail.subject:
        return
    day = mail.date
    since, before = _imap_date(day - _WINDOW), _imap_date(day + _WINDOW + timedelta(days=1))
    criteria = ["FROM", quoted(sender), "SENTSINCE", since, "SENTBEFORE", before]
    subject = base_subject(mail.subject)
    if subject.isascii() and subject.isprintable():  # otherwise it is encoded, and not every server decodes
        criteria += ["SUBJECT", quoted(max(subject.split(), key=len, default=subject))]
    for folder in session.folders():
        validity = session.examine(folder)
        if validity is None:
            continue
        for hit in session.headers(session.search(*criteria)):
            found = hit.envelope
            if mail.forward and found.message_id and found.message_id == mail.forward.message_id:
                continue  # who forwards a mail of their own: the forward looks just like it
            if not (_same_sender(mail, found) and _same_subject(mail, found)):
                continue
            if _same_minute(mail.date, found.date) and _same_words(session, hit.uid, mail):
                key = found.message_id or f"{identity}\0{folder}\0{hit.uid}"
                yield MailPlace(identity, folder, hit.uid, validity, found.message_id or ""), key


def _search_word(mail: Mail) -> str | None:
    """What to look for in From: the address, else the longest word of the name that no server can misread."""
    sender = mail.sender or Participant()
    names = [word.strip(",;") for word in (sender.name or "").split()]
    usable = [word for word in ([sender.address] if sender.address else names) if word.isascii() and word.isprintable()]
    return max(usable, key=len, default=None)


def _same_sender(mail: Mail, found: Envelope) -> bool:
    wanted, there = mail.sender, found.sender
    if wanted is None or there is None:
        return False
    if wanted.address:
        return bool(there.address) and fold(wanted.address) == fold(there.address or "")
    name = _name_words(wanted.name)
    return bool(name) and name in (_name_words(there.name), _name_words(there.address))


def _name_words(name: str | None) -> list[str]:
    """The words of a name in one order: Exchange writes "Muster, Erika", the mail itself "Erika Muster"."""
    return sorted(fold(name or "").replace(",", " ").split())


def _same_subject(mail: Mail, found: Envelope) -> bool:
    """White space does not count: forwards wrap long subjects."""
    wanted, there = ("".join(fold(base_subject(one)).split()) for one in (mail.subject, found.subject))
    return wanted == there


def _same_time(wanted: datetime | None, found: datetime | None, *, unknown: bool) -> bool:
    if wanted is None or found is None:
        return unknown
    if wanted.tzinfo and found.tzinfo:
        return abs(wanted - found) <= _CLOCK
    return abs(wanted.replace(tzinfo=None) - found.replace(tzinfo=None)) <= _ZONES


def _same_minute(wanted: datetime, found: datetime | None) -> bool:
    """Whether two programs show the same minute, be it in different time zones where one of them does not say which."""
    if found is None:
        return False
    if wanted.tzinfo and found.tzinfo:
        return abs((wanted - found).total_seconds()) <= _MINUTE
    apart = abs((wanted.replace(tzinfo=None) - found.replace(tzinfo=None)).total_seconds())
    return apart <= _ZONES.total_seconds() + _MINUTE and min(apart % _QUARTER, -apart % _QUARTER) <= _MINUTE


def _same_words(session: Session, uid: int, mail: Mail) -> bool:
    raw = session.raw(uid)
    try:
        return raw is not None and same_text(mail.text, arrived_eml(raw).mail.text)
    except UnreadableMail:
        return False


def _imap_date(day: datetime) -> str:
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def _same(one: str, other: str) -> bool:
    return fold(one) == fold(other)


__all__ = ["ImapAccount", "Locator", "MailboxError"]
