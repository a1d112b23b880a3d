"""Zoho's routes: which call is meant, which scopes it needs, and what it answers.

Every call goes through `Api.call`: token and scopes are checked, faults strike, errors become Zoho's own answers.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.zoho import associate, coql, emails, files, records, searching
from sandbox.zoho.errors import ZohoError, answer, empty, missing_parameter, refusal
from sandbox.zoho.modules import described, described_fields, modules
from sandbox.zoho.oauth import Accounts, Grant
from sandbox.zoho.store import ORG_ID, Store

Call = Callable[[web.Request, Grant], Awaitable[web.StreamResponse]]
Scopes = Callable[[web.Request], Iterable[str]]

ROOT = "/zoho/api/crm/{version:v[2-8]}"
RECORD = ROOT + "/{module}/{id:\\d+}"

# Which of the invented users a type takes in: those who are active (all are), administrators, or nobody.
_USER_TYPES = {
    **dict.fromkeys(("AllUsers", "ActiveUsers", "ActiveConfirmedUsers"), "all"),
    **dict.fromkeys(("AdminUsers", "ActiveConfirmedAdmins"), "admins"),
    **dict.fromkeys(("DeactiveUsers", "DeletedUsers", "NotConfirmedUsers"), "nobody"),
}


class Api:
    """The CRM's API over one store; `accounts` says whose token it is."""

    def __init__(self, store: Store, accounts: Accounts, faults: Faults) -> None:
        self._faults = faults
        self.renew(store, accounts)

    def renew(self, store: Store, accounts: Accounts) -> None:
        """Begin anew behind the same routes."""
        self.store = store
        self.accounts = accounts
        self.lists = records.Lists(store)

    def call(self, where: str, call: Call, scopes: Scopes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A handler: the fault `where`, then the token, then the call itself."""

        async def effect(request: web.Request) -> web.StreamResponse:
            try:
                grant = self.accounts.grant_of(request.headers.get("Authorization"), scopes(request))
                with self.store.limits.call():
                    answered = await call(request, grant)
            except records.NotModifiedError:
                answered = web.Response(status=304)
            except ZohoError as error:
                answered = error.response()
            answered.headers.update(self.store.limits.headers())
            return answered

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._faults.around(where, request, lambda: effect(request), refusal)

        return handle

    async def list_records(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        return _or_empty(self.lists.page(self._visible(request), request.query, _since(request)))

    async def one_record(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        return _or_empty(records.single(self.store, _module(request), request.match_info["id"], request.query))

    async def deleted(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        return _or_empty(self.lists.deleted(_module(request), request.query, _since(request)))

    async def count(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        return answer(self.lists.count(self._visible(request)))

    async def search(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        return _or_empty(searching.search(self.store, self._visible(request), request.query))

    async def coql(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        body = await _body(request)
        return _or_empty(coql.run(self.store, body.get("select_query") if isinstance(body, dict) else None))

    async def associate(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        if request.method != "POST":
            raise ZohoError(400, "INVALID_REQUEST_METHOD", "The http request method type is not a valid one")
        module = _module(request)
        associate.supported(module)
        body = await _body(request)
        message_id = associate.associate(self.store, module, request.match_info["id"], body, grant.user)
        done = {
            "code": "SUCCESS",
            "details": {"message_id": message_id},
            "message": "Your mail has been added successfully",
            "status": "success",
        }
        return answer({"Emails": [done]}, 201)

    async def list_emails(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        return _or_empty(emails.page(self.store, _module(request), request.match_info["id"], request.query))

    async def one_email(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        found = request.match_info
        return answer(emails.single(self.store, _module(request), found["id"], found["message_id"]))

    async def link_record(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        contact, message_id = request.match_info["id"], request.match_info.get("message_id")
        if request.method == "POST":
            return answer(emails.link(self.store, contact, await _body(request), message_id))
        return answer(emails.unlink(self.store, contact, request.query, message_id))

    async def upload(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        return answer(await files.upload(self.store, request))

    async def download(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        if "id" not in request.query:
            raise missing_parameter("id")
        file = self.store.files.get(request.query["id"])
        if file is None:
            return empty()
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def list_modules(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del request, grant
        return answer(
            {"modules": [described(module, hidden=name in self.store.hidden) for name, module in modules().items()]}
        )

    async def list_fields(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        if "module" not in request.query:
            raise missing_parameter("module")
        module = modules()[records.module_named(request.query["module"])]
        return answer({"fields": described_fields(module)})

    async def users(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        type_ = request.query.get("type", "AllUsers")
        users = list(self.store.users.values())
        if type_ == "CurrentUser":
            users = [self.store.users[grant.user]]
        elif type_ in _USER_TYPES:
            among = _USER_TYPES[type_]
            users = [user for user in users if among == "all" or (among == "admins" and user["admin"])]
        else:
            raise ZohoError(400, "INVALID_DATA", "invalid data", {"param_name": "type"})
        if "ids" in request.query:
            users = [user for user in users if user["id"] in request.query["ids"].split(",")]
        page = records.sliced(users, request.query, total=None)
        if page is None:
            return empty()
        return answer({"users": [_user(user) for user in page["data"]], "info": page["info"]})

    async def org(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del request, grant
        org = {"id": ORG_ID, "zgid": ORG_ID, "company_name": "Nordlicht Immobilien", "country_code": "DE"}
        return answer({"org": [{**org, "domain_name": f"org{ORG_ID}", "currency": "Euro", "iso_code": "EUR"}]})

    def _visible(self, request: web.Request) -> str:
        """The module of a path, which the token's user must see."""
        module = _module(request)
        if module in self.store.hidden:
            raise ZohoError(403, "NO_PERMISSION", "permission denied", {"permissions": [f"Crm_Implied_View_{module}"]})
        return module

    async def nowhere(self, request: web.Request) -> web.StreamResponse:
        del request
        message = "Please check if the URL trying to access is a correct one"
        return ZohoError(404, "INVALID_URL_PATTERN", message).response()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Narrow paths first: the first that fits is taken."""

        def module(*operations: str) -> Scopes:
            return lambda request: [f"ZohoCRM.modules.{_scope_name(request)}.{each}" for each in operations]

        def fixed(*scopes: str) -> Scopes:
            def needed(request: web.Request) -> Iterable[str]:
                del request
                return scopes

            return needed

        def mails(operation: str, module_operation: str) -> Scopes:
            return lambda request: [f"ZohoCRM.modules.emails.{operation}", *module(module_operation)(request)]

        read, api = module("READ"), self.call
        searched: Scopes = lambda request: [*read(request), "ZohoSearch.securesearch.READ"]  # noqa: E731 - one of a row of scopes
        linked, mail = api("zoho.link_record", self.link_record, mails("ALL", "READ")), "/Emails/{message_id:\\w+}"
        contacts = "/zoho/api/crm/{version:v8}/Contacts/{id:\\d+}/Emails"
        return [
            web.get(
                ROOT + "/settings/modules",
                api("zoho.modules", self.list_modules, fixed("ZohoCRM.settings.modules.READ")),
            ),
            web.get(
                ROOT + "/settings/fields", api("zoho.fields", self.list_fields, fixed("ZohoCRM.settings.fields.READ"))
            ),
            web.get(ROOT + "/users", api("zoho.users", self.users, fixed("ZohoCRM.users.READ"))),
            web.get(ROOT + "/org", api("zoho.org", self.org, fixed("ZohoCRM.org.READ"))),
            web.post(ROOT + "/files", api("zoho.files", self.upload, fixed("ZohoCRM.files.CREATE"))),
            web.get(ROOT + "/files", api("zoho.files", self.download, fixed("ZohoCRM.files.READ"))),
            web.post(ROOT + "/coql", api("zoho.coql", self.coql, fixed("ZohoCRM.coql.READ"))),
            web.get(ROOT + "/{module}/deleted", api("zoho.deleted", self.deleted, read)),
            web.get(ROOT + "/{module}/actions/count", api("zoho.count", self.count, read)),
            web.get(ROOT + "/{module}/search", api("zoho.search", self.search, searched)),
            web.post(contacts + "/actions/link_record", linked),
            web.delete(contacts + "/actions/link_record", linked),
            web.post(contacts + "/{message_id:\\w+}/actions/link_record", linked),
            web.delete(contacts + "/{message_id:\\w+}/actions/link_record", linked),
            web.get(RECORD + "/Emails", api("zoho.emails", self.list_emails, mails("READ", "READ"))),
            web.get(RECORD + mail, api("zoho.emails", self.one_email, mails("READ", "READ"))),
            web.route(
                "*",
                RECORD + "/actions/associate_email",
                api("zoho.associate_email", self.associate, mails("CREATE", "ALL")),
            ),
            web.get(RECORD, api("zoho.records", self.one_record, read)),
            web.get(ROOT + "/{module}", api("zoho.records", self.list_records, read)),
            web.route("*", "/zoho/api/{rest:.*}", self.nowhere),
        ]


def _module(request: web.Request) -> str:
    return records.module_named(request.match_info["module"])


def _scope_name(request: web.Request) -> str:
    """A module as scopes call it; one that is not known needs no scope of its own to be refused."""
    module = modules().get(request.match_info.get("module", "Contacts"))
    return module.scope if module else "leads"


def _since(request: web.Request) -> Any:
    return records.modified_since(request.headers.get("If-Modified-Since"))


async def _body(request: web.Request) -> Any:
    """The JSON of a request, whatever its content type says; Zoho's own client sends none."""
    try:
        return json.loads(await request.content.read())
    except ValueError:
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"expected_data_type": "jsonobject"}) from None


def _or_empty(found: Any) -> web.Response:
    return empty() if found is None else answer(found)


def _user(user: Any) -> dict[str, Any]:
    profile = "Administrator" if user["admin"] else "Standard"
    return {
        "id": user["id"],
        "email": user["email"],
        "full_name": user["full_name"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "status": "active",
        "confirm": True,
        "profile": {"name": profile, "id": f"5725767000000026{'011' if user['admin'] else '014'}"},
        "role": {"name": "CEO" if user["admin"] else "Sales", "id": "5725767000000026005"},
        "zuid": user["id"][-6:],
    }
