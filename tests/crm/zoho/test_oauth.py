import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from bot.crm.http import Http
from bot.crm.port import CRMError
from bot.crm.tokens import MemoryTokenStore, TokenStore
from bot.crm.zoho.data_centres import DATA_CENTRES, UnknownDataCentreError, data_centre
from bot.crm.zoho.oauth import MOST_TOKENS, WAIT_AFTER_REFUSAL_SECONDS, WITHIN_SECONDS, Token, Tokens
from bot.settings import SettingsError, load
from tests.saying import raises

CREDENTIALS = {"client_id": "1000.C", "client_secret": "secret", "refresh_token": "1000.r"}
API = "https://www.zohoapis.com"


class Accounts:
    """An accounts server that hands out numbered tokens, or answers as it is told."""

    def __init__(
        self, answer: Callable[[int], httpx.Response] | None = None, delay: threading.Event | None = None
    ) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self._answer = answer or (lambda n: token_answer(f"1000.{n}"))
        self._delay = delay

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(parse_qs(request.content.decode()))
        if self._delay:
            self._delay.wait(0.05)
        return self._answer(len(self.asked))


def token_answer(token: str, **more: Any) -> httpx.Response:
    body = {"access_token": token, "api_domain": API, "token_type": "Bearer", "expires_in": 3600, **more}
    return httpx.Response(200, json=body)


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def tokens(accounts: Accounts, store: TokenStore | None = None, clock: Clock | None = None, **more: Any) -> Tokens:
    settings = {"token_url": "https://accounts.example/oauth/v2/token", "credentials": CREDENTIALS, "api_url": API}
    http = Http("Zoho CRM", 5, httpx.MockTransport(accounts))
    return Tokens(http, store or MemoryTokenStore(), **{**settings, "fixed": False, "clock": clock or Clock(), **more})


def test_a_token_is_asked_for_as_a_form_and_kept() -> None:
    accounts = Accounts()
    signed_in = tokens(accounts)
    assert signed_in.current().access_token == signed_in.current().access_token == "1000.1"
    assert accounts.asked == [{**{key: [value] for key, value in CREDENTIALS.items()}, "grant_type": ["refresh_token"]}]


class Shelf(MemoryTokenStore):
    """A store that keeps processes apart, but not the threads of one."""

    def lock(self) -> AbstractContextManager[object]:
        return nullcontext()


def test_many_threads_ask_once() -> None:
    accounts = Accounts(delay=threading.Event())
    signed_in = tokens(accounts, Shelf())
    found: list[Token] = []
    threads = [threading.Thread(target=lambda: found.append(signed_in.current())) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(accounts.asked) == 1


def test_threads_whose_token_was_rejected_refresh_it_once() -> None:
    accounts = Accounts(delay=threading.Event())
    signed_in = tokens(accounts)
    old = signed_in.current()
    threads = [threading.Thread(target=lambda: signed_in.current(rejected=old)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(accounts.asked) == 2


def test_processes_share_a_token_through_the_store() -> None:
    accounts, store = Accounts(), MemoryTokenStore()
    assert tokens(accounts, store).current() == tokens(accounts, store).current()
    assert len(accounts.asked) == 1


def test_a_token_of_another_account_is_not_used() -> None:
    accounts, store = Accounts(), MemoryTokenStore()
    tokens(accounts, store).current()
    other = tokens(accounts, store, credentials={**CREDENTIALS, "refresh_token": "1000.other"})
    assert other.current().access_token == "1000.2"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"access_token": "x"}', '{"owner": "x", "token": []}'])
def test_an_unreadable_store_is_no_obstacle(text: str) -> None:
    store = MemoryTokenStore()
    store.save(text)
    assert tokens(Accounts(), store).current().access_token == "1000.1"


def test_neither_secret_nor_refresh_token_is_stored() -> None:
    store = MemoryTokenStore()
    tokens(Accounts(), store).current()
    assert "secret" not in (store.load() or "")
    assert CREDENTIALS["refresh_token"] not in json.loads(store.load() or "{}").values()


def test_a_token_is_renewed_before_it_ends() -> None:
    accounts, clock = Accounts(), Clock()
    signed_in = tokens(accounts, clock=clock)
    signed_in.current()
    clock.now += 3600 - 60
    assert signed_in.current().access_token == "1000.2"


@pytest.mark.parametrize(
    "life",
    [
        {"expires_in": 3600},
        {"expires_in": "3600"},
        {"expires_in": 3_600_000},
        {"expires_in": 3_600_000, "expires_in_sec": 3600},
        {"expires_in": None},
    ],
)
def test_a_life_in_any_unit_is_an_hour(life: dict[str, Any]) -> None:
    clock = Clock()
    found = tokens(Accounts(lambda n: token_answer(f"1000.{n}", **life)), clock=clock).current()
    assert found.expires_at == clock.now + 3600


@pytest.mark.parametrize(
    ("told", "used"),
    [
        ("https://www.zohoapis.eu", "https://www.zohoapis.eu"),
        ("https://www.zohoapis.ca/", "https://www.zohoapis.ca"),
        ("https://sandbox.zohoapis.in", "https://sandbox.zohoapis.in"),
        ("https://www.zohoapis.com.evil.example", API),
        ("https://evil.example/www.zohoapis.eu", API),
        ("http://www.zohoapis.eu", API),
        ("https://user@www.zohoapis.eu", API),
        ("", API),
    ],
)
def test_the_token_goes_only_to_addresses_of_zoho(told: str, used: str) -> None:
    found = tokens(Accounts(lambda n: token_answer(f"1000.{n}", api_domain=told))).current()
    assert found.api_url == used


def test_an_address_set_by_hand_stands() -> None:
    signed_in = tokens(Accounts(), api_url="http://127.0.0.1:1/zoho/api", fixed=True)
    assert signed_in.current().api_url == "http://127.0.0.1:1/zoho/api"


def test_a_kept_token_is_not_used_at_an_address_that_is_no_longer_set() -> None:
    accounts, store = Accounts(), MemoryTokenStore()
    tokens(accounts, store, api_url="http://127.0.0.1:1/zoho/api", fixed=True).current()
    assert tokens(accounts, store).current().api_url == API
    assert tokens(accounts, store, api_url="http://127.0.0.1:2/", fixed=True).current().api_url == "http://127.0.0.1:2/"


@pytest.mark.parametrize("status", [200, 400])
def test_a_withdrawn_access_is_said_whatever_the_status(status: int) -> None:
    with pytest.raises(CRMError) as caught:
        tokens(Accounts(lambda _: httpx.Response(status, json={"error": "invalid_code"}))).current()
    assert caught.value.permanent
    assert caught.value.code == "INVALID_CODE"


def test_when_asked_to_wait_it_waits() -> None:
    clock = Clock()
    accounts = Accounts(
        lambda n: (
            httpx.Response(400, json={"error": "Access Denied", "status": "failure"})
            if n == 1
            else token_answer("1000.x")
        )
    )
    signed_in = tokens(accounts, clock=clock)
    for _ in range(3):
        with pytest.raises(CRMError) as caught:
            signed_in.current()
        assert not caught.value.permanent
    assert len(accounts.asked) == 1
    clock.now += WAIT_AFTER_REFUSAL_SECONDS + 1
    assert signed_in.current().access_token == "1000.x"


def test_being_asked_to_wait_counts_for_all_processes() -> None:
    clock, store = Clock(), MemoryTokenStore()
    accounts = Accounts(lambda _: httpx.Response(200, json={"error": "Access Denied", "status": "failure"}))
    for _ in range(3):
        with raises(CRMError, "wait"):
            tokens(accounts, store, clock).current()
    assert len(accounts.asked) == 1


def test_no_more_than_ten_tokens_in_ten_minutes_are_asked_for() -> None:
    clock, store, accounts = Clock(), MemoryTokenStore(), Accounts()
    token = tokens(accounts, store, clock).current()
    for _ in range(MOST_TOKENS - 1):  # each process is told that the last token is used up
        clock.now += 1
        token = tokens(accounts, store, clock).current(rejected=token)
    with pytest.raises(CRMError) as caught:
        tokens(accounts, store, clock).current(rejected=token)
    assert (caught.value.permanent, len(accounts.asked)) == (False, MOST_TOKENS)
    clock.now += WITHIN_SECONDS - MOST_TOKENS + 1  # the first is ten minutes old now
    tokens(accounts, store, clock).current(rejected=token)
    assert len(accounts.asked) == MOST_TOKENS + 1


def test_an_answer_that_gets_lost_counts_as_a_token() -> None:
    def lost(_: int) -> httpx.Response:
        raise httpx.ReadTimeout("late")

    clock, store, accounts = Clock(), MemoryTokenStore(), Accounts(lost)
    for _ in range(MOST_TOKENS + 3):
        with pytest.raises(CRMError):
            tokens(accounts, store, clock).current()
    assert len(accounts.asked) == MOST_TOKENS


@pytest.mark.parametrize("scope", ["A.b.ALL C.d.READ", "A.b.ALL,C.d.READ"])
def test_the_scopes_are_kept_where_they_are_told(scope: str) -> None:
    store = MemoryTokenStore()
    accounts = Accounts(lambda n: token_answer(f"1000.{n}", scope=scope))
    assert tokens(accounts, store).current().scopes == ("A.b.ALL", "C.d.READ")
    assert tokens(accounts, store).current().scopes == ("A.b.ALL", "C.d.READ")
    assert tokens(Accounts()).current().scopes == ()


@pytest.mark.parametrize(
    "response", [httpx.Response(502, text="<html>"), httpx.Response(200, text="<html>"), httpx.Response(200, json={})]
)
def test_an_unreadable_answer_is_a_passing_fault(response: httpx.Response) -> None:
    with pytest.raises(CRMError) as caught:
        tokens(Accounts(lambda _: response)).current()
    assert not caught.value.permanent


@pytest.mark.parametrize("name", [*DATA_CENTRES, "us", "au", "cn", "EU", ".eu"])
def test_the_setting_takes_every_data_centre(name: str) -> None:
    assert data_centre(load({"ZOHO_DC": name}, None).zoho_dc) is data_centre(name)


@pytest.mark.parametrize("name", ["fr", "com.", "https://accounts.zoho.eu", "eu,com"])
def test_the_setting_takes_no_other(name: str) -> None:
    with raises(SettingsError, "ZOHO_DC must be one of com, eu"):
        load({"ZOHO_DC": name}, None)


def test_data_centres() -> None:
    assert data_centre("com") is data_centre("US")
    assert data_centre(".eu").accounts == "https://accounts.zoho.eu"
    assert data_centre("ca").accounts == "https://accounts.zohocloud.ca"
    assert data_centre("ca").api == "https://www.zohoapis.ca"
    assert set(DATA_CENTRES) == {"com", "eu", "in", "com.au", "jp", "com.cn", "ca", "sa"}
    with raises(UnknownDataCentreError, "data centre"):
        data_centre("fr")
