"""Access tokens: one for all threads and processes, fetched when the last one is used up.

Zoho gives out ten in ten minutes and lets fifteen live, so that a token is worth sharing and a refresh worth avoiding.
https://www.zoho.com/crm/developer/docs/api/v8/access-refresh.html
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from bot.crm.http import Http
from bot.crm.port import CRMError
from bot.crm.tokens import TokenStore
from bot.crm.zoho import errors
from bot.crm.zoho.data_centres import API_URLS

SPARE_SECONDS = 120.0
WAIT_AFTER_REFUSAL_SECONDS = 60.0
LONGEST_LIFE_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, when it ends (Unix seconds), where to use it, and whose it is."""

    access_token: str
    expires_at: float
    api_url: str
    owner: str


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
        self._refused: tuple[float, CRMError] | None = None
        # A stored token of another client or account must not be used: it would open another company's CRM.
        self._owner = hashlib.sha256("\n".join([token_url, *credentials.values()]).encode()).hexdigest()[:16]

    def current(self, rejected: Token | None = None) -> Token:
        """A token that is valid as far as known here and isn't the `rejected` one. Raises CRMError."""
        token = self._token
        if self._good(token, rejected):
            return token
        with self._lock:  # one thread fetches, the others find its result
            if self._good(self._token, rejected):
                return self._token
            with self._store.lock():
                token = self._stored()
                if not self._good(token, rejected):
                    token = self._fetch()
                    self._store.save(json.dumps(asdict(token)))
            self._token = token
            return token

    def _good(self, token: Token | None, rejected: Token | None) -> TypeGuard[Token]:
        return token is not None and token != rejected and token.expires_at - SPARE_SECONDS > self._clock()

    def _stored(self) -> Token | None:
        text = self._store.load()
        if text is None:
            return None
        try:
            token = Token(**json.loads(text))
        except (ValueError, TypeError):
            return None  # of an older version: fetched anew
        return token if token.owner == self._owner else None

    def _fetch(self) -> Token:
        if self._refused is not None and self._clock() < self._refused[0]:
            raise self._refused[1]
        form = {**self._credentials, "grant_type": "refresh_token"}
        response = self._http.send(lambda http: http.build_request("POST", self._token_url, data=form))
        try:
            body = response.json()
        except ValueError as fault:
            raise self._http.server_trouble(response.status_code, writes=False) from fault
        # The status says nothing here: refusals come with 200 as well.
        if isinstance(body, dict) and isinstance(body.get("access_token"), str):
            return Token(body["access_token"], self._clock() + _life(body), self._address(body), self._owner)
        found = errors.faults(body)
        if not found:
            raise self._http.server_trouble(response.status_code, writes=False)
        refusal = errors.error(found[0])
        if not refusal.permanent:
            self._refused = (self._clock() + WAIT_AFTER_REFUSAL_SECONDS, refusal)
        raise refusal

    def _address(self, body: dict[str, Any]) -> str:
        """Where to use the token: what the answer says, if that is Zoho's; a bearer token goes nowhere else."""
        if self._fixed:
            return self._api_url
        parts = urlsplit(str(body.get("api_domain") or ""))
        told = f"{parts.scheme}://{parts.netloc}".lower()
        return told if told in API_URLS else self._api_url


def _life(body: dict[str, Any]) -> float:
    """Seconds a token lives. Older answers told milliseconds in `expires_in` and seconds in `expires_in_sec`."""
    for key in ("expires_in_sec", "expires_in"):
        value = body.get(key)
        if isinstance(value, int | str) and str(value).isdecimal():
            life = float(value)
            return life / 1000 if life > LONGEST_LIFE_SECONDS else life
    return 3600.0
