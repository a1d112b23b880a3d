"""The mailboxes as a part of the sandbox: their state, and the calls that put, move and delete mails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from sandbox import seeds
from sandbox.asking import Ask, answer
from sandbox.mailbox.server import MailServer


class MailboxPart:
    """See `sandbox.part.Part`. Mailboxes are filled from the seeds."""

    name = "mailbox"

    def __init__(self, server: MailServer, world: seeds.World) -> None:
        self.server = server
        self._world = world

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.post("/_control/mailbox", answer(self._append, "identity", "folder", "raw", "raw_base64")),
            web.post("/_control/mailbox/move", answer(self._move, "identity", "folder", "uid", "to")),
            web.post("/_control/mailbox/delete", answer(self._delete, "identity", "folder", "uid")),
            web.get("/_control/seeds", self._seeds),
        ]

    def environment(self) -> dict[str, str]:
        return {}

    def imap(self) -> dict[str, Any]:
        """Where the IMAP server listens and who may log in."""
        return {
            "host": self.server.host,
            "port": self.server.port,
            "accounts": [
                {"identity": account.identity, "user": account.identity, "password": account.password}
                for account in self.server.accounts
            ],
        }

    def state(self) -> dict[str, Any]:
        return {
            "mailboxes": [
                {
                    "identity": identity,
                    "folder": folder.name,
                    "uidvalidity": folder.uidvalidity,
                    "mails": [
                        {"uid": mail.uid, "message_id": mail.message_id, "subject": mail.subject}
                        for mail in folder.mails.values()
                    ],
                }
                for identity in self.server.identities()
                for folder in self.server.folders(identity)
            ]
        }

    async def start(self) -> None:
        await self.server.start()
        await self._fill()

    async def stop(self) -> None:
        await self.server.stop()

    async def reset(self) -> None:
        await self.server.clear()
        await self._fill()

    async def _fill(self) -> None:
        for mail in self._world.mails():
            if mail.identity and mail.folder:
                await self.server.append(mail.identity, mail.folder, mail.raw)

    async def _append(self, ask: Ask) -> dict[str, Any]:
        raw = ask.text("raw").encode("utf-8", "surrogateescape") if "raw" in ask.body else ask.content("raw_base64")
        mail, uidvalidity = await self.server.append(ask.text("identity"), ask.text("folder"), raw)
        return {"uid": mail.uid, "uidvalidity": uidvalidity, "message_id": mail.message_id}

    async def _move(self, ask: Ask) -> dict[str, Any]:
        to = ask.text("to")
        uid = await self.server.move(ask.text("identity"), ask.text("folder"), ask.number("uid"), to)
        return {"uid": uid, "folder": to}

    async def _delete(self, ask: Ask) -> dict[str, Any]:
        await self.server.delete(ask.text("identity"), ask.text("folder"), ask.number("uid"))
        return {}

    async def _seeds(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"mails": self._world.forwards()})
