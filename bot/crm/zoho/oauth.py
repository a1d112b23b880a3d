"""Access tokens: one for all threads and processes, fetched when the last one is used up.

Zoho gives out ten in ten minutes and lets fifteen live, so that a token is worth sharing and a refresh worth avoiding.
https://www.zoho.com/crm/developer/docs/api/v8/access-refresh.html
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeGuard
from urllib.parse import urlsplit

import httpx

from bot.crm.http import Http
from bot.crm.tokens import TokenStore
from bot.crm.zoho import errors
from bot.crm.zoho.data_centres import API_URLS
from bot.crm.zoho.errors import Fault, ZohoError

SPARE_SECONDS = 120.0
MOST_TOKENS, WITHIN_SECONDS = 10, 600.0
WAIT_AFTER_REFUSAL_SECONDS = 300.0
LONGEST_LIFE_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, when it ends (Unix seconds), where to use it, and its scopes where Zoho told them."""

    access_token: str
    expires_at: float
    api_url: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What processes share: the token, whose it is, when tokens were asked for lately, and until when Zoho asked to be
    left alone (Unix seconds)."""

    owner: str
    token: Token | None = None
    asked: tuple[float, ...] = ()
    wait_until: float = 0.0

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str | None, owner: str) -> Kept:
        """The inverse of `dump`. What is of another account or cannot be read counts as nothing: a token of another
        client would open another company's CRM."""
        try:
            values = json.loads(text or "{}")
            if not isinstance(values, dict) or values.get("owner") != owner:
                return cls(owner)
            token = values["token"] and Token(**{**values["token"], "scopes": tuple(values["token"]["scopes"])})
            return cls(owner, token, tuple(map(float, values["asked"])), float(values["wait_until"]))
        except (ValueError, TypeError, KeyError):
            return cls(owner)


class Tokens:
    """Hands out the current access token; safe to use from several threads."""

    def __init__(
        self,
        http: Http,
        store: TokenStore,
        *,
        token_url: str,
        credentials: dict[str, str],
        api_url: str,
        fixed: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`credentials` are client_id, client_secret and refresh_token. `api_url` is used where the answer names no
        address of Zoho's own, and always when it is `fixed`."""
        self._http = http
        self._store = store
        self._token_url = token_url
        self._credentials = credentials
        self._api_url = api_url
        self._fixed = fixed
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._owner = hashlib.sha256("\n".join([token_url, *credentials.values()]).encode()).hexdigest()[:16]

    def current(self, rejected: Token | None = None) -> Token:
        """A token that is valid as far as known here and isn't the `rejected` one. Raises CRMError."""
        token = self._token
        if self._good(token, rejected):
            return token
        with self._lock:  # one thread fetches, the others find its result
            if self._good(self._token, rejected):
                return self._token
            with self._store.lock():  # and so with processes
                kept = Kept.load(self._store.load(), self._owner)
                token = kept.token if self._good(kept.token, rejected) else self._renew(kept)
            self._token = token
            return token

    def _good(self, token: Token | None, rejected: Token | None) -> TypeGuard[Token]:
        if token is None or token == rejected or token.expires_at - SPARE_SECONDS <= self._clock():
            return False
        # One that was kept may name an address that is not the one that is set now.
        return token.api_url == self._api_url or (not self._fixed and token.api_url in API_URLS)

    def _renew(self, kept: Kept) -> Token:
        """Fetch a token, within what Zoho allows, and keep it."""
        now = self._clock()
        asked = tuple(moment for moment in kept.asked if now - WITHIN_SECONDS < moment <= now)
        if now < kept.wait_until <= now + WAIT_AFTER_REFUSAL_SECONDS or len(asked) >= MOST_TOKENS:
            raise errors.error(Fault(errors.ACCESS_DENIED))
        kept = replace(kept, token=None, asked=(*asked, now), wait_until=0.0)
        # Written down first: a token whose answer gets lost counts as well.
        self._store.save(kept.dump())
        try:
            token = self._fetch()
        except ZohoError as refusal:
            if refusal.code == errors.ACCESS_DENIED:
                self._store.save(replace(kept, wait_until=now + WAIT_AFTER_REFUSAL_SECONDS).dump())
            raise
        self._store.save(replace(kept, token=token).dump())
        return token

    def _fetch(self) -> Token:
        body = ask(self._http, self._token_url, {**self._credentials, "grant_type": "refresh_token"})
        return Token(
            str(body["access_token"]), self._clock() + _life(body), self._address(body), tuple(told_scopes(body))
        )

    def _address(self, body: Mapping[str, Any]) -> str:
        """Where to use the token: what the answer says, if that is Zoho's; a bearer token goes nowhere else."""
        if self._fixed:
            return self._api_url
        parts = urlsplit(str(body.get("api_domain") or ""))
        told = f"{parts.scheme}://{parts.netloc}".lower()
        return told if told in API_URLS else self._api_url


def ask(http: Http, token_url: str, form: Mapping[str, str]) -> Mapping[str, Any]:
    """POST a grant as a form; the answer, which holds an access token. Raises CRMError.

    The status says nothing: refusals come with 200 as well. https://www.zoho.com/crm/developer/docs/api/v8/access-refresh.html
    """
    response = http.send(lambda client: client.build_request("POST", token_url, data=dict(form)))
    body = _json(http, response)
    if isinstance(body, dict) and isinstance(body.get("access_token"), str):
        return body
    found = errors.faults(body)
    if not found:
        raise http.server_trouble(response.status_code, writes=False)
    raise errors.error(found[0])


def token_url(accounts: str) -> str:
    """Where an accounts server gives out tokens."""
    return f"{accounts.rstrip('/')}/oauth/v2/token"


def told_scopes(body: Mapping[str, Any]) -> list[str]:
    """The scopes that an answer names; older answers name none."""
    return str(body.get("scope") or "").replace(",", " ").split()


def _json(http: Http, response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as fault:
        raise http.server_trouble(response.status_code, writes=False) from fault


def _life(body: Mapping[str, Any]) -> float:
    """Seconds a token lives. Older answers told milliseconds in `expires_in` and seconds in `expires_in_sec`."""
    for key in ("expires_in_sec", "expires_in"):
        value = body.get(key)
        if isinstance(value, int | str) and str(value).isdecimal():
            life = float(value)
            return life / 1000 if life > LONGEST_LIFE_SECONDS else life
    return 3600.0
