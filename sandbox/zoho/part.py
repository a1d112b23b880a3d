"""Zoho CRM as a part of the sandbox: accounts and API, their state, and the calls that change them from outside."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from aiohttp import web

from sandbox import seeds
from sandbox.asking import Ask, WrongAskError, answer
from sandbox.faults import Faults
from sandbox.zoho.api import Api
from sandbox.zoho.errors import answer as zoho_answer
from sandbox.zoho.errors import refusal
from sandbox.zoho.modules import modules
from sandbox.zoho.oauth import SCOPES, Accounts, Grant
from sandbox.zoho.routes import routes
from sandbox.zoho.rules import Rules
from sandbox.zoho.store import Store

_DAY = 86_400


@dataclass(frozen=True)
class Client:
    """The self client of the API console, and the refresh token made with it."""

    id: str
    secret: str
    refresh_token: str


class ZohoPart:
    """See `sandbox.part.Part`. The refresh token is the first user's, an administrator."""

    name = "zoho"

    def __init__(
        self, faults: Faults, base_url: str, world: seeds.World, client: Client, clock: Callable[[], float]
    ) -> None:
        self._faults = faults
        self._base_url = base_url.rstrip("/")
        self._world = world
        self._client = client
        self._clock = clock
        self._api = Api(Store(), Accounts("", "", "", clock), faults)
        self._renew()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.post("/zoho/accounts/oauth/v2/token", self._token),
            web.get("/zoho/accounts/oauth/v2/token", self._no_get),
            web.post("/zoho/accounts/oauth/v2/token/revoke", self._revoke),
            *routes(self._api),
            web.post(
                "/_control/zoho/record",
                answer(self._record, "module", "id", "fields", "delete", "convert", "indexed_after"),
            ),
            web.post("/_control/zoho/code", answer(self._code, "scopes")),
            web.post("/_control/zoho/connection", answer(self._connection, "scopes", "user", "revoked")),
            web.post("/_control/zoho/fill", answer(self._fill, "contacts", "days_ago")),
            web.post("/_control/zoho/rules", answer(self._rules, *(each.name for each in fields(Rules)))),
            web.post("/_control/zoho/colleague", answer(self._colleague, "before", "after")),
            web.post(
                "/_control/zoho/limits", answer(self._limits, "credits", "concurrent", "listed", "rows", "hidden")
            ),
        ]

    def environment(self) -> dict[str, str]:
        return {
            "ZOHO_ACCOUNTS_URL": f"{self._base_url}/zoho/accounts",
            "ZOHO_API_URL": f"{self._base_url}/zoho/api",
            "ZOHO_CLIENT_ID": self._client.id,
            "ZOHO_CLIENT_SECRET": self._client.secret,
            "ZOHO_REFRESH_TOKEN": self._client.refresh_token,
        }

    def state(self) -> dict[str, Any]:
        store = self._api.store
        return {
            "zoho": {
                "records": {
                    module: [store.shown(module, row) for row in rows.values()]
                    for module, rows in store.records.items()
                },
                "emails": [
                    {
                        "module": mail.module,
                        "record_id": mail.record_id,
                        "original_message_id": mail.original_message_id,
                        "message_id": mail.message_id,
                        "linked_record": {"module": mail.linked[0], "id": mail.linked[1]} if mail.linked else None,
                        "owner": mail.owner,
                        **{key: mail.given.get(key) for key in ("subject", "sent", "from", "to", "cc", "date_time")},
                        "attachments": [
                            file.name
                            for each in mail.given.get("attachments", [])
                            if (file := store.files.get(str(each["id"])))
                        ],
                    }
                    for mail in store.emails
                ],
                "files": len(store.files),
                "created": store.created,
                "automated": [
                    id_ for rows in store.records.values() for id_, row in rows.items() if row.get("_automated")
                ],
                "contact_roles": store.roles,
            }
        }

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def reset(self) -> None:
        self._renew()

    def _renew(self) -> None:
        """Begin anew behind the same routes."""
        store = Store.seeded(self._clock, self._world.zoho())
        accounts = Accounts(self._client.id, self._client.secret, f"{self._base_url}/zoho/api", self._clock)
        accounts.grants[self._client.refresh_token] = Grant(user=next(iter(store.users)))
        self._api.renew(store, accounts)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        async def effect() -> web.StreamResponse:
            asked = dict(request.query)
            if request.content_type == "application/x-www-form-urlencoded":
                asked |= {key: str(value) for key, value in (await request.post()).items()}
            status, body = self._api.accounts.token(asked)
            return zoho_answer(body, status)

        return await self._faults.around("zoho.token", request, effect, _refuse_token)

    async def _no_get(self, request: web.Request) -> web.Response:
        del request
        return zoho_answer({"error": "server error"})

    async def _revoke(self, request: web.Request) -> web.Response:
        asked = {**request.query, **(await request.post())}
        status, body = self._api.accounts.revoke(str(asked.get("token", "")))
        return zoho_answer(body, status)

    async def _record(self, ask: Ask) -> dict[str, Any]:
        """{"module", "id"?, "fields"?, "delete"?: true | "permanent", "convert"?: true for a lead, "indexed_after"?:
        seconds till it is found}."""
        module, store = ask.text("module"), self._api.store
        if module not in modules():
            raise KeyError(module)
        id_ = ask.text("id") if "id" in ask.body else store.new_id(module)
        if ask.body.get("delete"):
            store.delete(module, id_, "permanent" if ask.body["delete"] == "permanent" else "recycle")
            return {"id": id_}
        if ask.body.get("convert"):
            store.convert(id_)
            return {"id": id_}
        given = ask.table("fields")
        unknown = set(given) - set(modules()[module].fields)
        if unknown:
            raise WrongAskError(f"no such field: {', '.join(sorted(unknown))}")
        owner = {} if id_ in store.records[module] else {"Owner": next(iter(store.users))}
        seen_from = self._clock() + float(ask.body.get("indexed_after", 0))
        store.touch(module, {**owner, **given, "id": id_, "_indexed_at": seen_from})
        return {"id": id_}

    async def _code(self, ask: Ask) -> dict[str, Any]:
        """{"scopes"?: […]}: a code for the authorization_code grant, as the API console makes one."""
        scopes = tuple(ask.body.get("scopes") or SCOPES)
        return {"code": self._api.accounts.new_code(next(iter(self._api.store.users)), scopes)}

    async def _connection(self, ask: Ask) -> dict[str, Any]:
        """{"scopes"?: […], "user"?: address, "revoked"?: true}: change the refresh token's rights and owner."""
        grants = self._api.accounts.grants
        if ask.body.get("revoked"):
            grants.pop(self._client.refresh_token, None)
            return {}
        grant = grants[self._client.refresh_token]
        if "scopes" in ask.body:
            grant.scopes = tuple(ask.body["scopes"] or SCOPES)
        if "user" in ask.body:
            users = {user["email"]: id_ for id_, user in self._api.store.users.items()}
            grant.user = users[ask.text("user")]
        return {"user": grant.user, "scopes": list(grant.scopes)}

    async def _fill(self, ask: Ask) -> dict[str, Any]:
        """{"contacts": n, "days_ago"?: since when they are there}: more invented contacts, for measuring."""
        age = ask.number("days_ago") * _DAY if "days_ago" in ask.body else 0
        store = self._api.store
        first = int(store.new_id("Contacts"))
        for number in range(ask.number("contacts")):
            store.touch("Contacts", {**seeds.invent_contact(number), "id": str(first + number)}, age)
        gc.freeze()  # else looking through them for garbage would be in what is measured
        return {"contacts": len(store.records["Contacts"])}

    async def _rules(self, ask: Ask) -> dict[str, Any]:
        """See `sandbox.zoho.rules.Rules`; what is left out stays as it is."""
        rules = self._api.store.rules
        rules.change(ask.body)
        return {"rules": asdict(rules)}

    async def _colleague(self, ask: Ask) -> dict[str, Any]:
        """{"before"?, "after"?: [{"module"?, "id"?, "fields"?, "delete"?}]}: what somebody does by hand right before
        the next record is created over the API, behind every look that a program had at it, or right after it."""
        colleague = self._api.store.colleague
        for doings, key in ((colleague.before, "before"), (colleague.after, "after")):
            doings += ask.body.get(key, [])
        return {}

    async def _limits(self, ask: Ask) -> dict[str, Any]:
        """{"credits"?, "concurrent"?, "listed"?, "rows"?: numbers, "hidden"?: [modules]}: the edition's limits, and
        what the token's user doesn't see."""
        store = self._api.store
        for name in ("credits", "concurrent", "listed", "rows"):
            if name in ask.body:
                setattr(store.limits, name, ask.number(name))
        if "hidden" in ask.body:
            store.hidden = set(ask.body["hidden"])
        return {"used": store.limits.used}


def _refuse_token(value: Any) -> web.StreamResponse:
    """A token error is flat: a word as {"error": word}, an object as it is, a status as the API has it."""
    if isinstance(value, str):
        return zoho_answer({"error": value})
    if isinstance(value, dict) and "error" in value:
        status = int(value.get("status_code", 200))
        return zoho_answer({key: each for key, each in value.items() if key != "status_code"}, status)
    return refusal(value)
