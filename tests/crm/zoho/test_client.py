"""Zoho's limits as its headers tell them."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from bot.crm.http import Http
from bot.crm.port import CRMError
from bot.crm.tokens import MemoryTokenStore
from bot.crm.zoho.client import CREDITS_KEPT, CREDITS_KNOWN_SECONDS, LONGEST_PAUSE_SECONDS, Client
from bot.crm.zoho.oauth import Tokens
from tests.saying import raises

ACCOUNTS, API = "https://accounts.example/oauth/v2/token", "https://www.zohoapis.com"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Vendor:
    """Answers every call with the headers that are set, and counts them."""

    def __init__(self, status: int = 200, **headers: str) -> None:
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.calls = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == ACCOUNTS:
            return httpx.Response(200, json={"access_token": "1000.x", "expires_in": 3600})
        self.calls += 1
        return httpx.Response(self.status, json={"org": []}, headers=self.headers)


def client(vendor: Callable[[httpx.Request], httpx.Response], clock: Clock) -> Client:
    http = Http("Zoho CRM", 5, httpx.MockTransport(vendor))
    tokens = Tokens(
        http, MemoryTokenStore(), token_url=ACCOUNTS, credentials={"client_id": "c"}, api_url=API, fixed=True
    )
    return Client(http, tokens, "v7", clock)


def test_credits_are_known_as_long_as_they_are_news() -> None:
    clock, vendor = Clock(), Vendor()
    calls = client(vendor, clock)
    calls.get("org")
    assert calls.credits is None
    calls.keep_credits()
    vendor.headers = {"X-API-CREDITS-REMAINING": str(CREDITS_KEPT)}
    calls.get("org")
    assert calls.credits == CREDITS_KEPT
    calls.keep_credits()
    vendor.headers = {"X-API-CREDITS-REMAINING": str(CREDITS_KEPT - 1)}
    calls.get("org")
    with raises(CRMError, "keeps them for linking"):
        calls.keep_credits()
    clock.now += CREDITS_KNOWN_SECONDS + 1
    calls.keep_credits()


def test_a_pause_that_zoho_asks_for_is_kept() -> None:
    clock, vendor = Clock(), Vendor(429, Retry_After="60")
    calls = client(vendor, clock)
    for _ in range(3):
        with raises(CRMError, "pause") as caught:
            calls.get("org")
        assert not caught.value.permanent
    assert vendor.calls == 1
    clock.now += 61
    vendor.status = 200
    calls.get("org")
    assert vendor.calls == 2


@pytest.mark.parametrize(("wait", "seconds"), [("99999", LONGEST_PAUSE_SECONDS), ("soon", 0.0), ("", 0.0)])
def test_a_pause_is_no_longer_than_makes_sense(wait: str, seconds: float) -> None:
    clock, vendor = Clock(), Vendor(429, Retry_After=wait)
    calls = client(vendor, clock)
    with pytest.raises(CRMError):
        calls.get("org")
    clock.now += seconds
    with pytest.raises(CRMError):
        calls.get("org")
    assert vendor.calls == 2
