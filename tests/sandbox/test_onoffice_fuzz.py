"""Whatever parameters are sent, onOffice's stand-in answers in onOffice's words: it never breaks."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.faults import Faults
from sandbox.mailbox import Account, MailServer
from sandbox.onoffice import Access, api
from sandbox.onoffice.actions import Office
from sandbox.onoffice.errors import message
from sandbox.onoffice.signing import signature_v2
from sandbox.onoffice.store import Store
from sandbox.seeds import World

NOW = 1_800_000_000
ACCESS = Access("token", "secret")
LIST = ("data", "filter", "listlimit", "listoffset", "sortby", "sortorder")
MAIL = ("emailidentity", "messageid", "uid", "folder")
# (verb, resource type, resource id) with the parameters that the call knows.
CALLS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("read", "address", ""): (*LIST, "recordids"),
    ("read", "estate", ""): LIST,
    ("read", "estate", "x"): LIST,
    ("get", "search", "address"): ("input", "searchparameter", *LIST[2:]),
    ("get", "search", "estate"): ("input", "filter", *LIST[4:]),
    ("get", "idsfromrelation", ""): ("relationtype", "parentids", "childids"),
    ("get", "fields", ""): ("modules",),
    ("get", "getlink", "address"): ("recordId",),
    ("get", "emailInfo", ""): ("emailIdentity", "messageId", "uid", "folder"),
    ("get", "emailassignments", ""): MAIL,
    ("do", "emailassignments", ""): (*MAIL, "addressid", "addressIds", "estateid"),
    ("create", "agentslog", ""): ("datetime", "actionkind", "actiontype", "note", "addressids", "estateid"),
    ("read", "agentslog", ""): ("addressid", "estateid", *LIST[:4]),
}
# Parameters without which a call is refused before it looks at the others.
LIKELY: dict[str, Any] = {
    "input": "Muster",
    "relationtype": "urn:onoffice-de-ns:smart:2.5:relationTypes:estate:address:owner",
    "emailidentity": "info@nordlicht.example",
    "emailIdentity": "info@nordlicht.example",
    "messageid": "<1@example.de>",
    "messageId": "<1@example.de>",
    "actionkind": "Email",
    "actiontype": "Eingang",
    "datetime": "2026-03-18 11:37:00",
}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["Name", "op", "val", "="]),
    lambda each: (
        st.lists(each, max_size=3)
        | st.dictionaries(st.sampled_from(["Name", "Email", "op", "val", "strasse"]), each, max_size=3)
    ),
    max_leaves=6,
)


@cache
def office() -> Office:
    mailboxes = MailServer(Faults(), [Account("info@nordlicht.example", "x")])
    asyncio.run(mailboxes.clear())
    return Office(Store.seeded(lambda: float(NOW), World(float(NOW)).onoffice()), mailboxes, "http://x")


@st.composite
def actions(draw: st.DrawFn) -> dict[str, Any]:
    verb, resourcetype, resourceid = draw(st.sampled_from(sorted(CALLS)))
    known = CALLS[verb, resourcetype, resourceid]
    likely = {key: LIKELY[key] for key in known if key in LIKELY}
    actionid = f"urn:onoffice-de-ns:smart:2.5:smartml:action:{verb}"
    return {
        "actionid": actionid,
        "resourceid": resourceid,
        "resourcetype": resourcetype,
        "identifier": "me",
        "timestamp": NOW,
        "hmac_version": 2,
        "hmac": signature_v2("secret", "token", NOW, resourcetype, actionid),
        "parameters": likely | draw(st.dictionaries(st.sampled_from(known), VALUES, max_size=3)),
    }


@given(actions())
def test_it_never_breaks(action: dict[str, Any]) -> None:
    (result,) = api.carry_out([action], ACCESS, office(), {})["response"]["results"]
    assert result["identifier"] == "me"
    status = result["status"]
    assert status["message"] == "OK" or message(status["errorcode"]) != "Unknown error occurred"
