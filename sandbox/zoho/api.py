"""What Zoho's calls answer; `routes` says which call is meant and which scopes it needs.

Every call goes through `Api.call`: token and scopes are checked, faults strike, errors become Zoho's own answers.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.zoho import associate, contact_roles, coql, creating, emails, files, records, searching
from sandbox.zoho.errors import ZohoError, answer, empty, missing_parameter, refusal
from sandbox.zoho.modules import described, described_fields, described_layout, modules
from sandbox.zoho.oauth import Accounts, Grant
from sandbox.zoho.store import ORG_ID, Store

Call = Callable[[web.Request, Grant], Awaitable[web.StreamResponse]]
Scopes = Callable[[web.Request], Iterable[str]]

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
        return answer({"fields": described_fields(module, self.store.rules)})

    async def list_layouts(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        if "module" not in request.query:
            raise missing_parameter("module")
        module = modules()[records.module_named(request.query["module"])]
        return answer({"layouts": [described_layout(module, self.store.rules)]})

    async def insert(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        status, answered = creating.insert(self.store, self._visible(request), await _body(request), grant.user)
        return answer(answered, status)

    async def upsert(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        status, answered = creating.upsert(self.store, self._visible(request), await _body(request), grant.user)
        return answer(answered, status)

    async def list_roles(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del request, grant
        return _or_empty(contact_roles.roles(self.store))

    async def deal_roles(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        return _or_empty(contact_roles.listed(self.store, request.match_info["id"], request.query))

    async def put_role(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        found = request.match_info
        return answer(contact_roles.put(self.store, found["id"], found["contact"], await _body(request)))

    async def delete_role(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        del grant
        found = request.match_info
        return answer(contact_roles.delete(self.store, found["id"], found["contact"]))

    async def wrong_pair(self, request: web.Request, grant: Grant) -> web.StreamResponse:
        """Contacts and deals are not related by this pair of paths."""
        del request, grant
        details = {"resource_path_index": 2}
        raise ZohoError(400, "INVALID_DATA", "the relation name given seems to be invalid", details)

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


def _module(request: web.Request) -> str:
    return records.module_named(request.match_info["module"])


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
