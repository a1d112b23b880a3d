"""Zoho's routes: which call is meant, and which scopes it needs."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from sandbox.zoho.api import Api, Scopes
from sandbox.zoho.modules import modules

ROOT = "/zoho/api/crm/{version:v[2-8]}"
RECORD = ROOT + "/{module}/{id:\\d+}"


def routes(calls: Api) -> list[web.AbstractRouteDef]:
    """All of them, narrow paths first: the first that fits is taken."""

    def module(*operations: str) -> Scopes:
        return lambda request: [f"ZohoCRM.modules.{_scope_name(request)}.{each}" for each in operations]

    def fixed(*scopes: str) -> Scopes:
        def needed(request: web.Request) -> Iterable[str]:
            del request
            return scopes

        return needed

    def mails(operation: str, module_operation: str) -> Scopes:
        return lambda request: [f"ZohoCRM.modules.emails.{operation}", *module(module_operation)(request)]

    def both(operation: str) -> Scopes:
        return fixed(*(f"ZohoCRM.modules.{name}.{operation}" for name in ("contacts", "deals")))

    read, api = module("READ"), calls.call
    deal_roles = ROOT + "/Deals/{id:\\d+}/Contact_Roles"
    searched: Scopes = lambda request: [*read(request), "ZohoSearch.securesearch.READ"]  # noqa: E731 - one of a row of scopes
    linked, mail = api("zoho.link_record", calls.link_record, mails("ALL", "READ")), "/Emails/{message_id:\\w+}"
    contacts = "/zoho/api/crm/{version:v8}/Contacts/{id:\\d+}/Emails"
    return [
        web.get(
            ROOT + "/settings/modules",
            api("zoho.modules", calls.list_modules, fixed("ZohoCRM.settings.modules.READ")),
        ),
        web.get(
            ROOT + "/settings/fields", api("zoho.fields", calls.list_fields, fixed("ZohoCRM.settings.fields.READ"))
        ),
        web.get(
            ROOT + "/settings/layouts",
            api("zoho.layouts", calls.list_layouts, fixed("ZohoCRM.settings.layouts.READ")),
        ),
        web.get(ROOT + "/Contacts/roles", api("zoho.roles", calls.list_roles, fixed("ZohoCRM.modules.contacts.READ"))),
        web.get(deal_roles, api("zoho.contact_roles", calls.deal_roles, both("READ"))),
        web.put(deal_roles + "/{contact:\\d+}", api("zoho.put_contact_role", calls.put_role, both("UPDATE"))),
        web.delete(deal_roles + "/{contact:\\d+}", api("zoho.delete_contact_role", calls.delete_role, both("UPDATE"))),
        web.put(ROOT + "/Contacts/{id:\\d+}/Deals/{deal:\\d+}", api("zoho.pair", calls.wrong_pair, both("UPDATE"))),
        web.get(ROOT + "/users", api("zoho.users", calls.users, fixed("ZohoCRM.users.READ"))),
        web.get(ROOT + "/org", api("zoho.org", calls.org, fixed("ZohoCRM.org.READ"))),
        web.post(ROOT + "/files", api("zoho.files", calls.upload, fixed("ZohoCRM.files.CREATE"))),
        web.get(ROOT + "/files", api("zoho.files", calls.download, fixed("ZohoCRM.files.READ"))),
        web.post(ROOT + "/coql", api("zoho.coql", calls.coql, fixed("ZohoCRM.coql.READ"))),
        web.get(ROOT + "/{module}/deleted", api("zoho.deleted", calls.deleted, read)),
        web.get(ROOT + "/{module}/actions/count", api("zoho.count", calls.count, read)),
        web.get(ROOT + "/{module}/search", api("zoho.search", calls.search, searched)),
        web.post(contacts + "/actions/link_record", linked),
        web.delete(contacts + "/actions/link_record", linked),
        web.post(contacts + "/{message_id:\\w+}/actions/link_record", linked),
        web.delete(contacts + "/{message_id:\\w+}/actions/link_record", linked),
        web.get(RECORD + "/Emails", api("zoho.emails", calls.list_emails, mails("READ", "READ"))),
        web.get(RECORD + mail, api("zoho.emails", calls.one_email, mails("READ", "READ"))),
        web.route(
            "*",
            RECORD + "/actions/associate_email",
            api("zoho.associate_email", calls.associate, mails("CREATE", "ALL")),
        ),
        web.get(RECORD, api("zoho.records", calls.one_record, read)),
        web.post(ROOT + "/{module}/upsert", api("zoho.upsert", calls.upsert, module("CREATE", "UPDATE"))),
        web.post(ROOT + "/{module}", api("zoho.create_record", calls.insert, module("CREATE"))),
        web.get(ROOT + "/{module}", api("zoho.records", calls.list_records, read)),
        web.route("*", "/zoho/api/{rest:.*}", calls.nowhere),
    ]


def _scope_name(request: web.Request) -> str:
    """A module as scopes call it; one that is not known needs no scope of its own to be refused."""
    module = modules().get(request.match_info.get("module", "Contacts"))
    return module.scope if module else "leads"
