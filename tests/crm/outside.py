"""The sandbox seen from outside the bot."""

from __future__ import annotations

import json
from typing import Any

import httpx


class Outside:
    """Drives and observes the sandbox from outside, as a colleague at the CRM would."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=20)
        self.env: dict[str, str] = self._http.get("/_control/environment").json()["env"]

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._http.get("/_control/state").json()
        return state

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        response = self._http.post(f"/_control/{path}", content=json.dumps(body or {}))
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def fault(self, where: str, kind: str, value: Any = None, times: int | None = 1) -> None:
        self.post("faults", {"where": where, "kind": kind, "value": value, "times": times})

    def calls(self, where: str) -> int:
        return int(self.state()["counters"].get(where, 0))
