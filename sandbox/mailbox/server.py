"""An IMAP server in this process: pymap with its in-memory backend, behind a listener that can be told to fail.

pymap brings the protocol (LIST, SELECT, EXAMINE, APPEND, UID SEARCH, MOVE, UIDPLUS, modified UTF-7); this module
brings accounts, folders, and a look at what lies where for the other stand-ins.
"""

from __future__ import annotations

import asyncio
import email.utils
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from sandbox.faults import HANG_SECONDS, Fault, Faults

INBOX = "INBOX"


@dataclass(frozen=True)
class Account:
    """One mailbox: its identity (the mail address, also the user name), password, and the folders beside INBOX."""

    identity: str
    password: str
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class MailView:
    """What the other stand-ins see of a mail. `message_id` as it stands in the header, angle brackets kept."""

    uid: int
    message_id: str
    subject: str
    date: datetime


@dataclass(frozen=True)
class FolderView:
    """One folder as it is now; `mails` by UID."""

    name: str
    uidvalidity: int
    mails: dict[int, MailView]


class MailServer:
    """The server and its accounts.

    Port 0 picks a free port; `port` tells it after `start`. All methods belong to the event loop that serves it.
    """

    def __init__(self, faults: Faults, accounts: Sequence[Account], *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self.accounts = tuple(accounts)
        self._faults = faults
        self._listener: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._config = self._new_config()
        self._protocol = IMAPServer(Login(self._config), self._config)

    async def start(self) -> None:
        await self.clear()
        self._listener = await asyncio.start_server(self._accept, self.host, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        await self._hang_up()

    async def clear(self) -> None:
        """Empty accounts with their folders; whoever is connected is cut off, as their view is no longer true."""
        await self._hang_up()
        self._config = self._new_config()
        login = Login(self._config)
        for account in self.accounts:
            login.users_dict[account.identity] = UserMetadata(self._config, account.identity, password=account.password)
            mailboxes = MailboxSet()
            for folder in account.folders:
                await mailboxes.add_mailbox(folder)
            self._config.set_cache[account.identity] = (mailboxes, FilterSet())
        self._protocol = IMAPServer(login, self._config)

    async def append(self, identity: str, folder: str, raw: bytes) -> tuple[MailView, int]:
        """Put a raw message into a folder, which is made if it is missing: the mail and the folder's UIDVALIDITY.

        Raises KeyError for an unknown identity.
        """
        mailboxes = self._mailboxes(identity)
        try:
            mailbox = await mailboxes.get_mailbox(folder)
        except KeyError:
            await mailboxes.add_mailbox(folder)
            mailbox = await mailboxes.get_mailbox(folder)
        wire = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        message = await mailbox.append(AppendMessage(wire, _date_of(wire), frozenset()), recent=True)
        return _view(message), mailbox.uid_validity

    async def move(self, identity: str, folder: str, uid: int, to: str) -> int:
        """Move a mail as a colleague would in their mail program: its UID in the new folder. Raises KeyError."""
        mailboxes = self._mailboxes(identity)
        source = await mailboxes.get_mailbox(folder)
        new_uid = await source.move(uid, await mailboxes.get_mailbox(to))
        if new_uid is None:
            raise KeyError(uid)
        return new_uid

    async def delete(self, identity: str, folder: str, uid: int) -> None:
        """Remove a mail for good. Raises KeyError where there is none."""
        mailbox = await self._mailboxes(identity).get_mailbox(folder)
        if self.mail(identity, folder, uid) is None:
            raise KeyError(uid)
        await mailbox.delete([uid])

    def identities(self) -> tuple[str, ...]:
        return tuple(account.identity for account in self.accounts)

    def folders(self, identity: str) -> list[FolderView]:
        """All folders of a mailbox, INBOX first. Raises KeyError for an unknown identity."""
        mailboxes = self._mailboxes(identity)
        # Read beneath pymap's interface, which is asynchronous: state is asked for between two steps of the event
        # loop, where no command is half done.
        named: dict[str, MailboxData] = {INBOX: mailboxes._inbox, **mailboxes._set}
        return [
            FolderView(name, box.uid_validity, {uid: _view(message) for uid, message in box._messages.items()})
            for name, box in named.items()
        ]

    def folder(self, identity: str, folder: str) -> FolderView | None:
        """A folder by its decoded name; INBOX in any case, as IMAP has it."""
        wanted = INBOX if folder.upper() == INBOX else folder
        return next((view for view in self.folders(identity) if view.name == wanted), None)

    def mail(self, identity: str, folder: str, uid: int) -> MailView | None:
        view = self.folder(identity, folder)
        return view.mails.get(uid) if view else None

    def _mailboxes(self, identity: str) -> MailboxSet:
        return self._config.set_cache[identity][0]

    def _new_config(self) -> Config:
        return Config(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=self.host,
            port=self.port,
            demo_data=False,
            demo_user="",
            demo_password="",
            tls_enabled=False,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            invalid_user_sleep=0.0,
            max_append_len=50_000_000,
        )

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._connections.add(task)
        try:
            if await self._survives(self._faults.take("imap"), writer):
                await self._protocol(reader, writer, SocketInfoLocal(writer))
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the server is stopping: both end the connection and nothing else
        finally:
            self._connections.discard(task)
            writer.close()

    async def _survives(self, fault: Fault | None, writer: asyncio.StreamWriter) -> bool:
        """Apply the fault that strikes this connection; False when it has to end here."""
        match fault.kind if fault else None:
            case None:
                return True
            case "slow":
                await asyncio.sleep(float((fault and fault.value) or 1))
                return True
            case "timeout":
                await asyncio.sleep(HANG_SECONDS)
            case "status":
                writer.write(b"* BYE [UNAVAILABLE] Mailbox temporarily unavailable.\r\n")
                await writer.drain()
            case _:
                writer.transport.abort()
        return False

    async def _hang_up(self) -> None:
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)


def _view(message: Message) -> MailView:
    header = message._content.header.parsed if message._content else None
    message_id = str(header.message_id).strip() if header and header.message_id else ""
    subject = str(header.subject).strip() if header and header.subject else ""
    return MailView(message.uid, message_id, subject, message.internal_date)


def _date_of(raw: bytes) -> datetime:
    """The Date header, for the INTERNALDATE; now where there is none that can be read."""
    header = BytesHeaderParser().parsebytes(raw)["Date"]
    try:
        parsed = email.utils.parsedate_to_datetime(str(header))
    except ValueError:
        return datetime.now(UTC)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
