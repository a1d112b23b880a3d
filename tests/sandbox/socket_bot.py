"""A small bot for the tests: what it is sent over Socket Mode it keeps, and it answers as it is told to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession

JSON = dict[str, Any]
Answer = Callable[[JSON], Coroutine[Any, Any, JSON | None]]

BOT_TOKEN, APP_TOKEN = "xoxb-sandbox", "xapp-1-A0LINKBOT-1-sandbox"
PATIENCE = 10.0


class Bot:
    """Connected to the sandbox as a bot is: the Web API, and Socket Mode for what people do.

    `answers` says, by the type of an interaction (or by the command), what to send along with its acknowledgement;
    all that came is in `came`.
    """

    def __init__(self, session: ClientSession, base: str) -> None:
        self.came: list[JSON] = []
        self.answers: dict[str, Answer] = {}
        self._session = session
        self._base = base

    async def api(self, method: str, token: str = BOT_TOKEN, **body: Any) -> JSON:
        headers = {"authorization": f"Bearer {token}"}
        async with self._session.post(f"{self._base}/slack/api/{method}", json=body, headers=headers) as response:
            answer: JSON = await response.json()
        assert answer["ok"], answer
        return answer

    async def control(self, name: str, **body: Any) -> JSON:
        async with self._session.post(f"{self._base}/_control/{name}", json=body) as response:
            answer: JSON = await response.json()
        return answer

    async def state(self) -> JSON:
        async with self._session.get(f"{self._base}/_control/state") as response:
            answer: JSON = await response.json()
        return answer

    async def presses(self, *wanted: str) -> None:
        """Wait until as many actions came as are wanted; they must be these."""
        came: list[str] = []
        end = time.monotonic() + PATIENCE
        while len(came) < len(wanted) and time.monotonic() < end:
            await asyncio.sleep(0.03)
            came = [one["actions"][0]["action_id"] for one in self.came if one.get("type") == "block_actions"]
        assert came == [*wanted]

    async def got(self, kind: str) -> JSON:
        """Wait for an interaction of this type; the latest one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for payload in reversed(self.came):
                if kind in (payload.get("type"), payload.get("command"), payload.get("event", {}).get("type")):
                    return payload
            await asyncio.sleep(0.03)
        raise AssertionError(f"no {kind} came; there came {[one.get('type') for one in self.came]}")

    async def listen(self, connected: asyncio.Event) -> None:
        address = (await self.api("apps.connections.open", APP_TOKEN))["url"]
        async with self._session.ws_connect(address) as wire:
            async for message in wire:
                envelope = json.loads(message.data)
                if envelope["type"] == "hello":
                    connected.set()
                    continue
                payload = envelope["payload"]
                decide = self.answers.get(payload.get("type", ""))
                body = await decide(payload) if decide else None
                await wire.send_json({"envelope_id": envelope["envelope_id"], **({"payload": body} if body else {})})
                self.came.append(payload)


@asynccontextmanager
async def connected_bot(base: str) -> AsyncIterator[Bot]:
    """A fresh workspace with a bot in it."""
    async with ClientSession() as session:
        bot = Bot(session, base)
        assert (await bot.control("reset"))["ok"]
        connected = asyncio.Event()
        listening = asyncio.create_task(bot.listen(connected))
        try:
            await asyncio.wait_for(connected.wait(), PATIENCE)
            yield bot
        finally:
            listening.cancel()
