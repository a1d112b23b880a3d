import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.crm.http import Http
from bot.crm.onoffice.client import ACTION_ID, Action, Client, Row, envelope, parse, signature
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.port import CRMError
from tests.saying import english

TOKEN, SECRET = "testtoken", "testsecret"
READ = Action("read", "address", {"data": ["Name"]})
ASSIGN = Action("do", "emailassignments", {"addressIds": [601]})
OK = {"errorcode": 0, "message": "OK"}


def result(identifier: str = "linkbot-0", **more: Any) -> dict[str, Any]:
    base = {"actionid": "", "resourceid": "", "resourcetype": "address", "identifier": identifier}
    return {**base, "data": {"meta": {"cntabsolute": 1}, "records": []}, "status": OK, **more}


def answer(*results: Any, code: int = 200, errorcode: int = 0) -> dict[str, Any]:
    return {"status": {"code": code, "errorcode": errorcode, "message": "…"}, "response": {"results": list(results)}}


def client(handler: Callable[[httpx.Request], httpx.Response], clock: float = 1_700_000_000) -> Client:
    http = Http("onOffice", 5, httpx.MockTransport(handler))
    return Client(http, TOKEN, SECRET, "https://onoffice.example/api.php", lambda: clock)


@pytest.mark.parametrize(
    ("timestamp", "token", "secret", "resource_type", "verb", "expected"),
    [
        (
            *(123456789, "mgjIQkNRnaqggVzy9cZW", "yOJobbhGLXdp90XxvxedFhH7073L9U", "estateCategories", "get"),
            "dsvg3r4AFcQXges0MZ+3auzQVfnEB39pLkKSgmm9Wvg=",
        ),
        (1646228220, "testtoken", "testsecret", "calendar", "read", "w6ifKMmAdJoKhu0vl2twvfP+ltyOTQ7LqLpvsZkOnlg="),
        (
            *(123456789, "dX5hkIIU6W", "dhY8h7FeU9", "estateCategories", "get"),
            "F9OXyaJv7p+bLkwGDGV7ZUmfYgjH2E24zpsxY5/nVDk=",
        ),
    ],
)
def test_signatures_are_those_of_the_official_clients(
    timestamp: int, token: str, secret: str, resource_type: str, verb: str, expected: str
) -> None:
    assert signature(token, secret, timestamp, resource_type, ACTION_ID + verb) == expected


def test_each_action_is_signed_and_numbered() -> None:
    body = envelope(TOKEN, SECRET, [READ, ASSIGN], 1_700_000_000)
    actions = body["request"]["actions"]
    assert body["token"] == TOKEN
    assert [action["identifier"] for action in actions] == ["linkbot-0", "linkbot-1"]
    assert actions[0]["hmac"] != actions[1]["hmac"]
    assert {"actionid", "resourceid", "resourcetype", "identifier", "parameters", "timestamp", "hmac"} <= set(
        actions[0]
    )
    assert SECRET not in json.dumps(body)


def test_a_try_after_a_lost_connection_is_signed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.crm.http.CONNECT_PAUSE_SECONDS", 0)
    seen: list[dict[str, Any]] = []
    times = iter([1000.0, 1300.0])

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content)["request"]["actions"][0])
        if len(seen) == 1:
            raise httpx.ConnectError("down", request=request)
        return httpx.Response(200, json=answer(result()))

    http = Http("onOffice", 5, httpx.MockTransport(handler))
    Client(http, TOKEN, SECRET, "https://onoffice.example/", lambda: next(times)).one(READ)
    assert [action["timestamp"] for action in seen] == [1000, 1300]
    assert seen[0]["hmac"] != seen[1]["hmac"]


def test_ids_are_text_whichever_type_they_came_as() -> None:
    records = [{"id": 601, "elements": {"Name": "M"}}, {"id": "602", "elements": []}]
    data = {"meta": {"cntabsolute": "2"}, "records": records}
    (found,) = parse(answer(result(data=data)), [READ])
    assert found.rows == (Row("601", {"Name": "M"}), Row("602", {}))
    assert found.total == 2


@pytest.mark.parametrize("data", [[], {}, None, {"meta": [], "records": []}, {"records": {}}])
def test_php_writes_empty_objects_as_lists(data: Any) -> None:
    (found,) = parse(answer(result(data=data)), [READ])
    assert found.rows == ()


def test_answers_are_told_apart_by_their_identifier_not_their_place() -> None:
    first = result("linkbot-0", data={"records": [{"id": 1}]})
    second = result("linkbot-1", data={"records": [{"id": 2}]})
    found = parse(answer(second, first), [READ, READ])
    assert [r.rows[0].id for r in found] == ["1", "2"]


def test_without_echoed_identifiers_the_place_counts() -> None:
    found = parse(
        answer(result("", data={"records": [{"id": 1}]}), result("", data={"records": [{"id": 2}]})), [READ, READ]
    )
    assert [r.rows[0].id for r in found] == ["1", "2"]


@pytest.mark.parametrize(
    "results",
    [[result("linkbot-0")], [result("linkbot-0"), result("other")], [result("linkbot-0"), result("linkbot-0")]],
)
def test_a_missing_answer_is_noticed(results: list[Any]) -> None:
    found = parse(answer(*results), [READ, READ])
    assert found[0].error is None
    assert found[1].error is not None
    assert not found[1].error.permanent


def test_an_answer_about_something_else_is_not_taken() -> None:
    (found,) = parse(answer(result(resourcetype="estate")), [READ])
    assert found.error is not None


@pytest.mark.parametrize(("writes", "requests"), [(False, 2), (True, 1)])
def test_an_unanswered_question_is_asked_again_but_never_a_write(writes: bool, requests: int) -> None:
    seen: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(len(json.loads(request.content)["request"]["actions"]))
        return httpx.Response(200, json=answer(result()))

    first, second = client(handler).call([READ, READ], writes=writes)
    assert len(seen) == requests
    assert first.error is None
    assert (second.error is not None) is writes
    if second.error is not None:
        assert second.error.uncertain


@pytest.mark.parametrize(
    ("payload", "number"),
    [
        (answer(code=400, errorcode=22), 22),  # the request as a whole
        (answer(code=400), 22),  # only the level says that access was refused
        (answer(code=500), 1),
        (answer(result(status={"errorcode": 137, "message": "…"}, data=[])), 137),  # the top level says all is well
        (answer(result(status={"errorcode": 132, "message": "…"}), code=500, errorcode=132), 132),  # both say it
        (answer(result(status={"errorcode": "62", "message": "…"}), code=500, errorcode=97), 62),  # 97 points down
        (answer(result(status=None, data={"status": {"errorcode": 51}})), 51),  # within the data
        (answer(result(status=None), code=500, errorcode=158), 158),  # only the top level has a status
    ],
)
def test_errors_are_found_on_either_level(payload: dict[str, Any], number: int) -> None:
    with pytest.raises(OnOfficeError) as caught:
        client(lambda _: httpx.Response(200, json=payload)).one(READ)
    assert caught.value.number == number


def test_a_result_is_judged_by_its_own_status() -> None:
    payload = answer(result(data={"records": [{"id": 1}]}), code=500, errorcode=97)
    assert client(lambda _: httpx.Response(200, json=payload)).one(READ).rows[0].id == "1"


def test_one_failed_action_leaves_the_others_their_results() -> None:
    payload = answer(result(), result("linkbot-1", status={"errorcode": 253, "message": "…"}), code=500, errorcode=97)
    good, bad = client(lambda _: httpx.Response(200, json=payload)).call([READ, READ])
    assert good.error is None
    assert isinstance(bad.error, OnOfficeError)
    assert bad.error.number == 253


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_the_body_counts_whatever_the_http_status(status: int) -> None:
    with pytest.raises(OnOfficeError) as caught:
        client(lambda _: httpx.Response(status, json=answer(code=400, errorcode=137))).one(READ)
    assert caught.value.number == 137


@pytest.mark.parametrize(
    ("response", "permanent", "uncertain"),
    [
        (httpx.Response(503, text="<html>"), False, True),
        (httpx.Response(200, text="<html>"), False, True),
        (httpx.Response(200, json=[]), False, True),
        (httpx.Response(200, json={}), False, True),
        (httpx.Response(404, text="not here"), True, False),
        (httpx.Response(429, text=""), False, False),
        (httpx.Response(200, json=answer()), False, True),
        (httpx.Response(200, json=answer(result("other"))), False, True),
    ],
)
def test_a_write_without_a_readable_answer_is_uncertain(
    response: httpx.Response, permanent: bool, uncertain: bool
) -> None:
    with pytest.raises(CRMError) as caught:
        client(lambda _: response).one(ASSIGN, writes=True)
    assert (caught.value.permanent, caught.value.uncertain) == (permanent, uncertain)


@pytest.mark.parametrize(("number", "uncertain"), [(1, True), (62, False), (292, False), (51, False)])
def test_a_refused_write_was_not_made_but_a_broken_one_may_be(number: int, uncertain: bool) -> None:
    payload = answer(result(status={"errorcode": number, "message": "…"}), code=500, errorcode=97)
    with pytest.raises(OnOfficeError) as caught:
        client(lambda _: httpx.Response(200, json=payload)).one(READ, writes=True)
    assert caught.value.uncertain is uncertain


def test_a_wrong_clock_is_said_with_how_far_it_is_off() -> None:
    headers = {"date": "Tue, 14 Nov 2023 22:03:20 GMT"}  # ten minutes before the clock here
    payload = answer(code=400, errorcode=136)
    with pytest.raises(OnOfficeError) as caught:
        client(lambda _: httpx.Response(200, json=payload, headers=headers)).one(READ)
    assert "clock" in english(caught.value.message)
    assert "about 10 minutes fast" in english(caught.value.message)
    assert caught.value.permanent


def test_neither_secret_nor_signature_shows_in_errors() -> None:
    with pytest.raises(CRMError) as caught:
        client(lambda _: httpx.Response(503, text=f"{TOKEN} {SECRET}")).one(READ)
    assert SECRET not in repr(caught.value) + english(caught.value.message)
