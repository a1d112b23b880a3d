"""A running sandbox with the vendors' stand-ins, as a program on the outside meets it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from imap_tools import MailBoxUnencrypted

from sandbox.app import Options, Sandbox
from sandbox.faults import Faults
from sandbox.onoffice.signing import signature_v2
from sandbox.part import Part
from sandbox.vendors import ONOFFICE, ZOHO, parts

ACTION = "urn:onoffice-de-ns:smart:2.5:smartml:action:"
INFO = "info@nordlicht.example"
HERO = "<5f0277a7187e33.77784738@mail.example.de>"

# What a client sees of a connection that the other side cut: a reset or a plain end, whichever packet comes first.
CONNECTION_LOST = (httpx.ReadError, httpx.RemoteProtocolError)


class Clock:
    """The real time, until a test moves it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class VendorBox:
    """Control calls, and each vendor's API as a client uses it."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self.http = httpx.Client(base_url=url, timeout=10)
        self._token = ""

    def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = self.http.post(f"/_control/{name}", json=body).json()
        assert isinstance(answer, dict)
        return answer

    def state(self) -> dict[str, Any]:
        state = self.http.get("/_control/state").json()
        assert isinstance(state, dict)
        return state

    def reset(self) -> None:
        self.clock.ahead = 0.0
        self._token = ""
        assert self.control("reset")["ok"]

    def fault(self, where: str, kind: str, value: Any = None, times: int = 1) -> None:
        assert self.control("faults", where=where, kind=kind, value=value, times=times)["ok"]

    # onOffice

    def action(
        self, verb: str, resourcetype: str, parameters: Any, resourceid: str = "", identifier: str = ""
    ) -> dict[str, Any]:
        """A signed action."""
        timestamp = int(self.clock())
        signature = signature_v2(ONOFFICE.secret, ONOFFICE.token, timestamp, resourcetype, ACTION + verb)
        return {
            "actionid": ACTION + verb,
            "resourceid": resourceid,
            "resourcetype": resourcetype,
            "identifier": identifier,
            "timestamp": timestamp,
            "hmac": signature,
            "hmac_version": "2",
            "parameters": parameters,
        }

    def send(self, *actions: Any, token: str = ONOFFICE.token) -> dict[str, Any]:
        envelope = {"token": token, "request": {"actions": list(actions)}}
        answer = self.http.post("/onoffice/api/stable/api.php", json=envelope).json()
        assert isinstance(answer, dict)
        return answer

    def onoffice(self, verb: str, resourcetype: str, parameters: Any, resourceid: str = "") -> dict[str, Any]:
        """The one result of one action."""
        (result,) = self.send(self.action(verb, resourcetype, parameters, resourceid))["response"]["results"]
        assert isinstance(result, dict)
        return result

    def records(self, verb: str, resourcetype: str, parameters: Any, resourceid: str = "") -> list[dict[str, Any]]:
        result = self.onoffice(verb, resourcetype, parameters, resourceid)
        assert result["status"] == {"errorcode": 0, "message": "OK"}
        records = result["data"]["records"]
        assert isinstance(records, list)
        return records

    def code(self, verb: str, resourcetype: str, parameters: Any, resourceid: str = "") -> int:
        """The error code of one action that must fail."""
        answer = self.send(self.action(verb, resourcetype, parameters, resourceid))
        assert answer["status"]["errorcode"] == 97
        (result,) = answer["response"]["results"]
        assert result["data"] == []
        return int(result["status"]["errorcode"])

    # Zoho

    def ask_token(self, **asked: str) -> httpx.Response:
        client = {"client_id": ZOHO.id, "client_secret": ZOHO.secret}
        refresh = {"grant_type": "refresh_token", "refresh_token": ZOHO.refresh_token}
        return self.http.post("/zoho/accounts/oauth/v2/token", data={**client, **refresh, **asked})

    def zoho(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A call of the CRM's API with a token; `path` begins after the version."""
        if not self._token:
            self._token = str(self.ask_token().json()["access_token"])
        headers = {"Authorization": f"Zoho-oauthtoken {self._token}", **more.pop("headers", {})}
        version = more.pop("version", "v7")
        return self.http.request(method, f"/zoho/api/crm/{version}/{path}", headers=headers, **more)

    def new_token(self) -> None:
        self._token = ""

    # the mailboxes

    @contextmanager
    def imap(self, identity: str = INFO) -> Iterator[MailBoxUnencrypted]:
        found = self.http.get("/_control/environment").json()["imap"]
        account = next(each for each in found["accounts"] if each["identity"] == identity)
        box = MailBoxUnencrypted(found["host"], found["port"], timeout=5)
        with box.login(account["user"], account["password"], initial_folder=None) as mailbox:
            yield mailbox


def wire(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()


async def _give_up() -> None:
    """End what still hangs because a fault told it to."""
    hanging = asyncio.all_tasks() - {asyncio.current_task()}
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


@contextmanager
def running() -> Iterator[VendorBox]:
    """The whole sandbox in a thread of its own, at free ports."""
    clock, loop = Clock(), asyncio.new_event_loop()

    def vendors(faults: Faults, base_url: str, imap_port: int) -> list[Part]:
        return parts(faults, base_url, imap_port, clock)

    sandbox = Sandbox(Options(port=0), vendors)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(sandbox.start(), loop).result(10)
    box = VendorBox(sandbox.base_url, clock)
    try:
        yield box
    finally:
        box.http.close()
        asyncio.run_coroutine_threadsafe(sandbox.stop(), loop).result(10)
        asyncio.run_coroutine_threadsafe(_give_up(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
