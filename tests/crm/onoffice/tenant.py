"""onOffice's stand-in within the test's own process, so that a test decides what happens between two calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import httpx

from bot.crm.onoffice import OnOffice, OnOfficeConfig
from bot.mail import MailPlace
from sandbox.faults import Faults
from sandbox.mailbox import Account, MailServer
from sandbox.onoffice import Access, api
from sandbox.onoffice.actions import Office
from sandbox.onoffice.emails import write_link
from sandbox.onoffice.store import Link, Store

IDENTITY = "info@nordlicht.example"
ACCESS = Access("token", "secret")


class Tenant:
    """A customer of onOffice with some addresses and estates, and one mail. `before_call` is run before each request is
    carried out, and within a request `between` before each of its actions but the first."""

    def __init__(
        self, addresses: Sequence[int], estates: Sequence[int] = (), message_id: str = "<viewing.1@mail.example.de>"
    ) -> None:
        self._message_id = message_id
        mailboxes = MailServer(Faults(), [Account(IDENTITY, "x")])
        store = Store(time.time)
        for id_ in addresses:
            store.addresses.put(store.address_row({"id": id_, "Name": f"Person {id_}"}))
        for id_ in estates:
            store.estates.put(store.estate_row({"id": id_, "objekttitel": f"House {id_}"}))
        self.office = Office(store, mailboxes, "http://onoffice.example")
        self.place = asyncio.run(self._lay(mailboxes))
        self.before_call: Callable[[], None] = lambda: None
        self.between: Callable[[], None] = lambda: None
        self.requests = 0
        self.most_actions = 100
        self.refuse: dict[tuple[str, str], int] = {}  # (verb, resource type): the code that all such actions fail with
        self.details = ""  # what such a refusal names
        self.also_estates: list[int] = []  # estates that emailInfo tells beside the linked one
        self.lacks: set[str] = set()  # fields that may not be read
        self.server_clock_behind: float | None = None  # seconds; the web server then tells its time
        self.asked: list[dict[str, Any]] = []  # all actions that came

    async def _lay(self, mailboxes: MailServer) -> MailPlace:
        await mailboxes.clear()
        raw = f"Message-ID: {self._message_id}\r\nFrom: Max <max@example.de>\r\nSubject: Viewing\r\n\r\nHello\r\n"
        mail, validity = await mailboxes.append(IDENTITY, "INBOX", raw.encode())
        return MailPlace(IDENTITY, "INBOX", mail.uid, validity, mail.message_id)

    def bot(self, *, single: bool = False) -> OnOffice:
        """A bot that talks to this tenant."""
        config = OnOfficeConfig(ACCESS.token, ACCESS.secret, "http://onoffice.example/", single_address=single)
        return OnOffice(config, self.transport())

    def transport(self) -> httpx.BaseTransport:
        """The line to this tenant."""
        return httpx.MockTransport(self._answer)

    def calls(self, verb: str, resource_type: str) -> list[dict[str, Any]]:
        """The parameters of all such actions that came."""
        named = (f":{verb}", resource_type)
        return [a["parameters"] for a in self.asked if (a["actionid"][-len(verb) - 1 :], a["resourcetype"]) == named]

    def addresses(self) -> set[int]:
        return set(self._link().addresses)

    def estate(self) -> int | None:
        return self._link().estate

    def by_hand(self, *, add: int | None = None, remove: int | None = None, estate: int | None = None) -> None:
        """A colleague's edit in onOffice itself: one link set or taken off, all others as they are in that moment."""
        link = self._link()
        addresses = [id_ for id_ in link.addresses if id_ != remove]
        addresses += [add] if add is not None and add not in addresses else []
        write_link(
            self.office, replace(link, addresses=addresses, estate=link.estate if estate is None else estate or None)
        )

    def _link(self) -> Link:
        return self.office.store.link_of(IDENTITY, self._message_id)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.before_call()
        self.requests += 1
        actions = api.parse(request.content, ACCESS)[: self.most_actions]
        results = []
        for number, action in enumerate(actions):
            if number:
                self.between()
            self.asked.append(action)
            code = self.refuse.get((action["actionid"].rpartition(":")[2], action["resourcetype"]))
            closed = next((name for name in action["parameters"].get("data", ()) if name in self.lacks), None)
            code, self.details = (144, f"(0, {closed})") if closed else (code, self.details)
            answer = api.carry_out([action], ACCESS, self.office, {} if code is None else {0: code})
            results.append(self._with_estates(action, answer))
        failed = next((one["status"] for one in results if one["status"]["errorcode"]), results[0]["status"])
        merged = [result for one in results for result in one["response"]["results"]]
        told = self.server_clock_behind
        headers = {} if told is None else {"date": formatdate(time.time() - told, usegmt=True)}
        return httpx.Response(200, json={"status": failed, "response": {"results": merged}}, headers=headers)

    def _with_estates(self, action: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        """The answer with what the stand-in itself can't hold: several estates, which a written one replaces."""
        (result,) = answer["response"]["results"]
        if result["status"]["errorcode"]:
            result["status"]["message"] += self.details
        elif action["resourcetype"] == "emailInfo":
            result["data"]["records"][0]["elements"]["estates"] += [{"estateId": id_} for id_ in self.also_estates]
        elif "estateid" in action["parameters"]:
            self.also_estates.clear()
        return answer
