"""A headless Chromium, driven through its DevTools protocol (chromedevtools.github.io/devtools-protocol)."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.needs import chromium

CHROMIUM = chromium()
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 10.0

# Names a control as a person would: by its text, its label or its title.
_HELPERS = """
window.named = (kind, name, root = document) => [...root.querySelectorAll(kind)].find((node) =>
  node.checkVisibility() &&
  [node.getAttribute("aria-label"), node.title, node.textContent].some((text) => text?.trim() === name));
"""


class Chromium:
    """A running browser; `page()` is a fresh tab in it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self._port = port

    @classmethod
    @contextmanager
    def running(cls, profile: Path) -> Iterator[Chromium]:
        """A browser with a profile of its own, until the end of the block."""
        browser = cls.start(profile)
        try:
            yield browser
        finally:
            browser.stop()

    @classmethod
    def start(cls, profile: Path) -> Chromium:
        assert CHROMIUM
        process = subprocess.Popen(
            [CHROMIUM, *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        told = profile / "DevToolsActivePort"
        until = time.monotonic() + 3 * PATIENCE
        while not (told.exists() and "\n" in told.read_text()):
            if time.monotonic() > until or process.poll() is not None:
                process.kill()
                raise RuntimeError("Chromium did not start")
            time.sleep(0.05)
        return cls(process, int(told.read_text().split()[0]))

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    @asynccontextmanager
    async def page(self, url: str, width: int = 1280, height: int = 800) -> AsyncIterator[Page]:
        """A tab of this size with the address loaded. Leaving it fails if the page reported an error of its own."""
        base = f"http://127.0.0.1:{self._port}/json"
        async with ClientSession() as session:
            async with session.put(f"{base}/new?about:blank") as answer:
                target = await answer.json()
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                listening = asyncio.create_task(page.listen())
                try:
                    await page.open(url, width, height)
                    yield page
                    assert page.problems == []
                finally:
                    listening.cancel()
            async with session.get(f"{base}/close/{target['id']}"):
                pass


class Page:
    """One tab. What is asked of it is JavaScript; clicks and keys arrive as from a person's mouse and keyboard."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.problems: list[str] = []
        self._socket = socket
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)

    async def listen(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if told.get("id") in self._waiting:
                self._waiting.pop(told["id"]).set_result(told)
            elif told.get("method") == "Runtime.exceptionThrown":
                details = told["params"]["exceptionDetails"]
                self.problems.append(details.get("exception", {}).get("description", details["text"]))

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        answer = await asyncio.wait_for(future, PATIENCE)
        assert "result" in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    async def open(self, url: str, width: int, height: int) -> None:
        await self.call("Runtime.enable")
        await self.call("Page.enable")
        calm = [{"name": "prefers-reduced-motion", "value": "reduce"}]  # nothing moves away below the mouse
        await self.call("Emulation.setEmulatedMedia", features=calm)
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=_HELPERS)
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        await self.call("Page.navigate", url=url)
        await self.until("document.querySelector('.message, .empty, .home')")

    async def ask(self, script: str) -> Any:
        """The value of an expression; promises are awaited."""
        answer = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until the expression is true."""
        end = time.monotonic() + PATIENCE
        while not await self.ask(f"Boolean({script})"):
            assert not self.problems
            assert time.monotonic() < end, f"never came true: {script}\n{await self.text()}"
            await asyncio.sleep(0.03)

    async def text(self, selector: str = "body") -> str:
        """What a person reads in the element."""
        return str(await self.ask(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    async def shows(self, words: str, selector: str = "body") -> None:
        """Wait until a person can read these words in the element."""
        await self.until(f"document.querySelector({json.dumps(selector)})?.innerText.includes({json.dumps(words)})")

    async def click(self, name: str, kind: str = "button", within: str = "body") -> None:
        """Click the control of that name with the mouse."""
        found = (
            f"named({json.dumps(kind)}, {json.dumps(name)}, document.querySelector({json.dumps(within)}) ?? undefined)"
        )
        await self.until(f"document.querySelector({json.dumps(within)}) && {found}")
        at = await self._place_of(found)
        while (again := await self._place_of(found)) != at:  # the page is still moving
            at = again
        for kind_of_event in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent", type=kind_of_event, x=at[0], y=at[1], button="left", clickCount=1
            )

    async def _place_of(self, found: str) -> list[float]:
        """The middle of a node, once two frames have been drawn with it in view."""
        place: list[float] = await self.ask(
            f"new Promise((resolve) => {{ const node = {found}; node.scrollIntoView({{block: 'nearest'}});"
            " requestAnimationFrame(() => requestAnimationFrame(() => { const box = node.getBoundingClientRect();"
            " resolve([box.x + box.width / 2, box.y + box.height / 2]); })); })"
        )
        return place

    async def type(self, words: str) -> None:
        """Type into what has the focus."""
        await self.call("Input.insertText", text=words)

    async def press(self, key: str) -> None:
        """Press a key: Enter, Escape, Tab, ArrowDown."""
        code = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)


def dumped(url: str, profile: Path) -> str:
    """The document as a plain headless run, without any waiting, sees it."""
    assert CHROMIUM
    ran = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", url],
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=True,
    )
    return ran.stdout
