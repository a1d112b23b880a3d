"""One read-only connection to an IMAP mailbox, its failures turned into sentences for people."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from ipaddress import ip_address
from typing import Literal

from imap_tools import BaseMailBox, FolderInfo, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError, MailboxStarttlsError

from bot.language import Sentence, SpokenError, sentence
from bot.mail.headers import Envelope, read_envelope

_SKIPPED_FLAGS = frozenset({"\\noselect", "\\nonexistent"})
# Special-use flags (RFC 6154) and the names that servers without them use; what is likelier to hold the mail first.
_ORDER = ("\\sent", "\\archive", "\\all")
_LATE = ("\\junk", "\\trash", "\\drafts")
_NAMES = {
    "\\sent": ("sent", "gesendet", "envoy", "enviad", "inviat", "verzonden", "skickat"),
    "\\archive": ("archiv",),
    "\\junk": ("junk", "spam"),
    "\\trash": ("trash", "papierkorb", "gelöscht", "deleted"),
    "\\drafts": ("draft", "entw"),
}
# X509_V_ERR_…: the certificate itself, or the one that signed it, is known to nobody; it names other hosts; it is not
# valid yet or any more.
_SIGNED_BY_NOBODY = frozenset({2, 18, 19, 20, 21})
_OTHER_NAME = frozenset({62, 64})
_OUT_OF_TIME = frozenset({9, 10})
_UNKNOWN_HOST = (socket.EAI_NONAME, socket.EAI_NODATA)
_MOST_HITS = 300
_MOST_NAMED = 30
_SSL_PORT = 993


class MailboxError(SpokenError):
    """A mailbox that could not be read. `message` is for people; only what is not `permanent` is retried."""

    def __init__(self, message: Sentence, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """A mailbox to look into. `identity` is its own address; `folders` limits the search, empty means all."""

    identity: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: Literal["ssl", "starttls", "none"] = "ssl"
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A mail found in the open folder: its UID and what its header says."""

    uid: int
    envelope: Envelope


class Session:
    """An open connection. Folders are only examined, never selected, so that nothing in the mailbox changes."""

    def __init__(self, box: BaseMailBox, account: ImapAccount) -> None:
        self._box = box
        self._account = account

    def folders(self, *, each: bool = False) -> list[str]:
        """The names of the folders to look into, decoded: those that the account is limited to, or all that can hold
        mail, the likeliest first. Raises `MailboxError` where none of those is there, or with `each` one is not."""
        listed = [one for one in self._box.folder.list() if not _SKIPPED_FLAGS & {flag.lower() for flag in one.flags}]
        names = [one.name for one in sorted(listed, key=_likelihood)]
        wanted = ["INBOX" if name.upper() == "INBOX" else name for name in self._account.folders]
        found = [name for name in wanted if name in names]
        missing = [name for name in wanted if name not in names]
        if missing and (each or not found):
            there = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
            whose, lacking = self._account.identity, ", ".join(missing)
            said = sentence("mailbox.no_folder", mailbox=whose, missing=lacking, there=there)
            raise MailboxError(said, permanent=True)
        return found if wanted else names

    def examine(self, folder: str) -> int | None:
        """Opens a folder read-only; its UIDVALIDITY, or None if there is no such folder any more."""
        try:
            self._box.folder.set(folder, readonly=True)
        except MailboxFolderSelectError:
            return None
        _, values = self._box.client.response("UIDVALIDITY")
        text = values[0] if values else None
        return int(text) if isinstance(text, bytes) and text.isdigit() else 0

    def search(self, *criteria: str) -> list[str]:
        """UIDs in the open folder, newest first; criteria as in RFC 3501 6.4.4, strings made with `quoted`."""
        uids = self._box.uids(" ".join(criteria), charset=None)
        return uids[::-1][:_MOST_HITS]

    def gmail_search(self, message_id: str) -> list[str] | None:
        """Gmail's own search for an id, which finds those that its SEARCH HEADER misses; None for other servers."""
        if "X-GM-EXT-1" not in self._box.client.capabilities:
            return None
        return self.search("X-GM-RAW", quoted(f"rfc822msgid:{message_id.strip('<>')}"))

    def headers(self, uids: Sequence[str]) -> Iterator[Hit]:
        """The headers of the mails with these UIDs."""
        for uid in uids:
            raw = self._fetch(uid, "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM SENDER SUBJECT DATE)])")
            if raw is not None:
                yield Hit(int(uid), read_envelope(message_from_bytes(raw)))

    def raw(self, uid: int) -> bytes | None:
        """The whole mail, None if the folder does not hold it."""
        return self._fetch(str(uid), "(BODY.PEEK[])")

    def _fetch(self, uid: str, what: str) -> bytes | None:
        _, rows = self._box.client.uid("FETCH", uid, what)
        return next((row[1] for row in rows if isinstance(row, tuple) and isinstance(row[1], bytes)), None)


@contextmanager
def connected(account: ImapAccount, timeout: float, ca_file: str = "") -> Iterator[Session]:
    """A session with the account's mailbox; every failure is raised as `MailboxError`, never with the password. The
    certificates in `ca_file` are trusted beside the machine's own."""
    box = _connect(account, timeout, ca_file)
    try:
        _log_in(box, account)
        yield Session(box, account)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:  # OSError: sockets, TLS, timeouts
        said = sentence("mailbox.unreachable", mailbox=account.identity)
        raise MailboxError(said, permanent=False) from error
    finally:
        _log_out(box)


def quoted(text: str) -> str:
    """An IMAP quoted string; raises ValueError for what could end the command (CR, LF, NUL)."""
    if any(c in text for c in "\r\n\0"):
        raise ValueError("line ends cannot be searched for")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _connect(account: ImapAccount, timeout: float, ca_file: str) -> BaseMailBox:
    """Not logged in yet. What only another setting mends is told from what may pass."""
    try:
        return _box(account, timeout, ca_file)
    except (OSError, ValueError, imaplib.IMAP4.error, ImapToolsError) as error:  # ValueError: no name of a server
        if isinstance(error, ssl.SSLCertVerificationError):
            said = _certificate(error, account.host)
        elif isinstance(error, ValueError) or (isinstance(error, socket.gaierror) and error.errno in _UNKNOWN_HOST):
            said = sentence("mailbox.no_server", mailbox=account.identity, host=account.host)
        elif _speaks_otherwise(error):
            said = sentence(
                "mailbox.other_encryption",
                mailbox=account.identity,
                host=account.host,
                encryption=account.tls,
                port=account.port,
            )
        else:
            said = sentence("mailbox.unreachable_or_wrong", mailbox=account.identity)
            raise MailboxError(said, permanent=False) from error
        raise MailboxError(said, permanent=True) from error


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> Sentence:
    """What is wrong with a server's certificate, by OpenSSL's number for it (openssl-verification-options(1))."""
    if error.verify_code in _SIGNED_BY_NOBODY:
        return sentence("mailbox.certificate_self_made", host=host)
    if error.verify_code in _OTHER_NAME:
        return sentence("mailbox.certificate_other_name", host=host)
    if error.verify_code in _OUT_OF_TIME:
        return sentence("mailbox.certificate_expired", host=host)
    return sentence("mailbox.certificate", host=host)


def _speaks_otherwise(error: Exception) -> bool:
    """Whether the server answered, and not with the encryption that is set up."""
    if isinstance(error, ssl.SSLError):
        return not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
    return isinstance(error, MailboxStarttlsError) or "TLS not supported" in str(error)


def _box(account: ImapAccount, timeout: float, ca_file: str) -> BaseMailBox:
    if account.tls == "none":
        if not _is_loopback(account.host):
            raise MailboxError(sentence("mailbox.no_encryption", mailbox=account.identity), permanent=True)
        return MailBoxUnencrypted(account.host, account.port, timeout)
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    if account.tls == "starttls":
        if account.port == _SSL_PORT:
            raise MailboxStarttlsError(("NO", "this port is encrypted from the start"), "OK")
        return MailBoxStartTls(account.host, account.port, timeout, ssl_context=context)
    return MailBox(account.host, account.port, timeout, ssl_context=context)


def _log_in(box: BaseMailBox, account: ImapAccount) -> None:
    """Raises `MailboxError` where the server refuses; a server that only cannot log in now is not a refusal."""
    plain = account.user.isascii() and account.password.isascii()
    try:
        (box.login if plain else box.login_utf8)(account.user, account.password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if "[UNAVAILABLE]" in str(error).upper():
            raise
        said = sentence("mailbox.login_refused", mailbox=account.identity)
        raise MailboxError(said, permanent=True) from None  # the cause may quote the login


def _log_out(box: BaseMailBox) -> None:
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        return  # the connection is gone already


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _likelihood(folder: FolderInfo) -> tuple[int, str]:
    name = folder.name.casefold()
    if name == "inbox":
        return 0, name
    flags = {flag.casefold() for flag in folder.flags}
    flags |= {flag for flag, words in _NAMES.items() if any(word in name for word in words)}
    for rank, flag in enumerate(_ORDER, start=1):
        if flag in flags:
            return rank, name
    return (9 if flags & set(_LATE) else 5), name
