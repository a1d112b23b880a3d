import logging
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from bot.crm import http as line
from bot.crm.http import Http
from bot.crm.port import CRMError
from tests.saying import english

URL = "https://crm.example/api"


def sent(handler: Callable[[httpx.Request], httpx.Response], *, writes: bool = False) -> httpx.Response:
    http = Http("Example CRM", 5, httpx.MockTransport(handler))
    return http.send(lambda client: client.build_request("POST", URL), writes=writes)


def raising(error: type[httpx.TransportError], seen: list[int]) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(1)
        raise error("gone", request=request)

    return handler


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "CONNECT_PAUSE_SECONDS", 0)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_what_never_left_is_tried_again_and_is_certain(error: type[httpx.TransportError]) -> None:
    seen: list[int] = []
    with pytest.raises(CRMError) as caught:
        sent(raising(error, seen), writes=True)
    assert len(seen) == line.CONNECT_TRIES
    assert not caught.value.permanent
    assert not caught.value.uncertain


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError])
@pytest.mark.parametrize("writes", [True, False])
def test_what_may_have_arrived_is_never_repeated_here(error: type[httpx.TransportError], writes: bool) -> None:
    seen: list[int] = []
    with pytest.raises(CRMError) as caught:
        sent(raising(error, seen), writes=writes)
    assert len(seen) == 1
    assert not caught.value.permanent
    assert caught.value.uncertain is writes


def test_a_connection_that_comes_back_is_used() -> None:
    seen: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(1)
        if len(seen) == 1:
            raise httpx.ConnectError("down", request=request)
        return httpx.Response(200)

    assert sent(handler).status_code == 200


def test_a_redirect_does_not_take_the_credentials_elsewhere() -> None:
    response = sent(lambda _: httpx.Response(302, headers={"location": "https://elsewhere.example/"}))
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("status", "permanent", "uncertain"),
    [
        (302, True, False),
        (404, True, False),
        (403, True, False),
        (429, False, False),
        (408, False, True),
        (503, False, True),
    ],
)
def test_an_answer_without_a_reason_is_judged_by_its_status(status: int, permanent: bool, uncertain: bool) -> None:
    error = Http("Example CRM", 5).server_trouble(status, writes=True)
    assert (error.permanent, error.uncertain) == (permanent, uncertain)
    assert "Example CRM" in english(error.message)


def test_no_more_than_the_allowed_number_of_calls_run_at_once() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def handler(_: httpx.Request) -> httpx.Response:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return httpx.Response(200)

    http = Http("Example CRM", 5, httpx.MockTransport(handler))
    threads = [
        threading.Thread(target=http.send, args=(lambda client: client.build_request("GET", URL),)) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 < most <= line.CONCURRENT_CALLS


def test_what_was_searched_for_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    http = Http("Example CRM", 5, httpx.MockTransport(lambda _: httpx.Response(200)))
    with caplog.at_level(logging.INFO):
        http.send(lambda client: client.build_request("GET", URL, params={"email": "emily@brightwater.example"}))
    assert "emily" not in caplog.text
