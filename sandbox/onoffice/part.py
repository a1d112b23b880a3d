"""onOffice as a part of the sandbox: its endpoint, its state, and the calls that change its records from outside."""

from __future__ import annotations

import gc
import html
import random
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

from aiohttp import web

from sandbox import seeds
from sandbox.asking import Ask, WrongAskError, answer
from sandbox.faults import Fault, Faults
from sandbox.onoffice import api
from sandbox.onoffice.actions import Mailboxes, Office
from sandbox.onoffice.emails import find_mail, write_link
from sandbox.onoffice.rules import Rules
from sandbox.onoffice.store import Clock, Link, Row, Store, Table

_FIRST_HTTP_STATUS = 100
_DAY = 86_400
_RECORD = ("id", "fields", "delete")


class OnOfficePart:
    """See `sandbox.part.Part`."""

    name = "onoffice"

    def __init__(
        self,
        faults: Faults,
        base_url: str,
        mailboxes: Mailboxes,
        world: seeds.World,
        access: api.Access,
        clock: Clock,
    ) -> None:
        self._faults = faults
        self._base_url = base_url.rstrip("/")
        self._mailboxes = mailboxes
        self._world = world
        self._access = access
        self._clock = clock
        self._office = self._fresh()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.post("/onoffice/api/{version:stable|latest}/api.php", self._call),
            web.get("/onoffice/web/{module:address|estate}/{id:\\d+}", self._page),
            web.post("/_control/onoffice/link", answer(self._link, "messageid", "addressIds", "estateid")),
            web.post("/_control/onoffice/address", answer(self._address, *_RECORD)),
            web.post("/_control/onoffice/estate", answer(self._estate, *_RECORD)),
            web.post("/_control/onoffice/fill", answer(self._fill, "addresses", "estates", "days_ago")),
            web.post("/_control/onoffice/rules", answer(self._rules, *(each.name for each in fields(Rules)))),
            web.post("/_control/onoffice/colleague", answer(self._colleague, "before", "after")),
        ]

    def environment(self) -> dict[str, str]:
        return {
            "ONOFFICE_API_URL": f"{self._base_url}/onoffice/api/stable/api.php",
            "ONOFFICE_TOKEN": self._access.token,
            "ONOFFICE_SECRET": self._access.secret,
        }

    def state(self) -> dict[str, Any]:
        store = self._office.store
        return {
            "onoffice": {
                "addresses": list(store.addresses.rows.values()),
                "estates": [
                    {**row, "owners": store.related("owner", id_), "interested": store.related("interested", id_)}
                    for id_, row in store.estates.rows.items()
                ],
                "links": [
                    {
                        "messageid": link.messageid,
                        "identity": link.identity,
                        "addressIds": link.addresses,
                        "estateid": link.estate,
                    }
                    for link in store.links.values()
                ],
                "agentslog": list(store.log.rows.values()),
                "offers": sorted(store.offers),
                "created": store.created,
            }
        }

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def reset(self) -> None:
        self._office = self._fresh()

    def _fresh(self) -> Office:
        store = Store.seeded(self._clock, self._world.onoffice())
        return Office(store, self._mailboxes, f"{self._base_url}/onoffice/web")

    async def _call(self, request: web.Request) -> web.StreamResponse:
        body = await request.content.read()

        async def effect() -> web.StreamResponse:
            try:
                actions = api.parse(body, self._access)
            except api.RefusedError as refused:
                return web.json_response(refused.answer)
            return await self._under_faults(request, actions)

        return await self._faults.around("onoffice", request, effect, _refuse)

    async def _under_faults(self, request: web.Request, actions: list[Any]) -> web.StreamResponse:
        """Carry the actions out under the faults of their resource types.

        A fault with one of onOffice's own codes fails its action alone; any other is about the connection, so that it
        strikes the request as a whole, and the first one wins.
        """
        refused: dict[int, int] = {}
        strike: Fault | None = None
        for index, action in enumerate(actions):
            fault = self._faults.take(f"onoffice.{api.endpoint(action)}", alone=True)
            code = _own_code(fault.value) if fault and fault.kind == "status" else None
            if code is not None:
                refused[index] = code
            elif fault and strike is None:
                strike = fault

        async def effect() -> web.StreamResponse:
            return web.json_response(api.carry_out(actions, self._access, self._office, refused))

        if strike is None:
            return await effect()
        once = Faults()
        once.add(replace(strike, where="this call", times=1, rate=1.0))
        return await once.around("this call", request, effect, _refuse)

    async def _page(self, request: web.Request) -> web.Response:
        """A record as a plain page, where links into the CRM lead."""
        module = request.match_info["module"]
        table = self._office.store.addresses if module == "address" else self._office.store.estates
        row = table.rows.get(int(request.match_info["id"]))
        if row is None:
            raise web.HTTPNotFound
        return web.Response(text=_as_page(module, row), content_type="text/html")

    async def _link(self, ask: Ask) -> dict[str, Any]:
        """As if a colleague had set a mail's links by hand: what is left out stays."""
        messageid = ask.text("messageid")
        office = self._office
        identity = next((box for box in self._mailboxes.identities() if find_mail(office, box, messageid)), None)
        if identity is None:
            raise KeyError(messageid)
        before = office.store.link_of(identity, messageid)
        addresses = ask.body.get("addressIds", before.addresses)
        estate = ask.body.get("estateid", before.estate) or None
        if any(id_ not in office.store.addresses.rows for id_ in addresses):
            raise KeyError("addressIds")
        if estate is not None and estate not in office.store.estates.rows:
            raise KeyError("estateid")
        link = Link(identity, messageid, list(addresses), estate)
        write_link(office, link)
        return {"link": asdict(link)}

    async def _address(self, ask: Ask) -> dict[str, Any]:
        store = self._office.store
        return self._upsert(ask, store.addresses, store.address_row)

    async def _estate(self, ask: Ask) -> dict[str, Any]:
        store = self._office.store
        return self._upsert(ask, store.estates, store.estate_row)

    def _upsert(self, ask: Ask, table: Table, build: Any) -> dict[str, Any]:
        """{"id"?, "fields"?, "delete"?}: make, change or remove a record, as a colleague would."""
        made = self._office.store.new_address_id() if table is self._office.store.addresses else max(table.rows) + 1
        id_ = ask.number("id") if "id" in ask.body else made
        if ask.body.get("delete"):
            table.remove(id_)
            return {"id": id_}
        given = ask.table("fields")
        unknown = set(given) - table.writable
        if unknown:
            raise WrongAskError(f"no such field: {', '.join(sorted(unknown))}")
        table.touch(build({**given, "id": id_}, table.rows.get(id_)))
        return {"id": id_}

    async def _rules(self, ask: Ask) -> dict[str, Any]:
        """See `sandbox.onoffice.rules.Rules`; what is left out stays as it is."""
        rules = self._office.store.rules
        rules.change(ask.body)
        self._office.store.addresses.forget_selections()
        return {"rules": asdict(rules)}

    async def _colleague(self, ask: Ask) -> dict[str, Any]:
        """{"before"?, "after"?: [{"id"?, "fields"?, "delete"?}]}: what somebody does by hand right before the next
        address is created over the API, behind every look that a program had at it, or right after it."""
        colleague = self._office.store.colleague
        for doings, key in ((colleague.before, "before"), (colleague.after, "after")):
            doings += ask.body.get(key, [])
        return {}

    async def _fill(self, ask: Ask) -> dict[str, Any]:
        """{"addresses": n, "estates": n, "days_ago"?: since when they are there}: more invented records, for measuring;
        the same ones for the same n."""
        age = ask.number("days_ago") * _DAY if "days_ago" in ask.body else 0
        store, chance = self._office.store, random.Random(2649)  # noqa: S311 - invented data
        for table, build, invent in (
            (store.addresses, store.address_row, seeds.invent_address),
            (store.estates, store.estate_row, seeds.invent_estate),
        ):
            first = max(table.rows, default=0) + 1
            key = "addresses" if table is store.addresses else "estates"
            for id_ in range(first, first + (ask.number(key) if key in ask.body else 0)):
                table.touch(build({**invent(chance, id_), "id": id_}), age)
        gc.freeze()  # else looking through them for garbage would be in what is measured
        return {"addresses": len(store.addresses.rows), "estates": len(store.estates.rows)}


def _own_code(value: Any) -> int | None:
    """The onOffice code that a fault's value means, or None for an HTTP status."""
    if isinstance(value, dict) and "errorcode" in value:
        return int(value["errorcode"])
    if isinstance(value, int) and value < _FIRST_HTTP_STATUS:
        return value
    return None


def _refuse(value: Any) -> web.StreamResponse:
    """The whole request fails: with a code of onOffice's own, or as the web server before it fails."""
    code = _own_code(value)
    if code is not None:
        return web.json_response(api.refusal(code))
    status = int(value) if value else 503
    text = f"<html><body><h1>{status}</h1></body></html>"
    return web.Response(status=status, text=text, content_type="text/html")


def _as_page(module: str, row: Row) -> str:
    lines = []
    for name, value in row.items():
        text = ", ".join(entry["value"] for entry in value) if isinstance(value, list) else str(value)
        if text:
            lines.append(f"<tr><th align=left>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>")
    title = "Adresse" if module == "address" else "Immobilie"
    return (
        f"<!doctype html><meta charset=utf-8><title>{title} {row['id']}</title>"
        f"<h1>{title} {row['id']}</h1><table>{''.join(lines)}</table>"
    )
