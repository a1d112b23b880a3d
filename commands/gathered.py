"""Doing together what is asked for at the same time, from an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Gathered(Generic[Item, Result]):
    """`work` gets one or more items, in a thread of its own, and gives a result for each in their order. Those that
    come while it works wait for its next turn."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]], name: str) -> None:
        self._work = work
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._turn: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """The result of an item. Raises what `work` raised for it and those that went with it."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._turn is None:
            self._turn = asyncio.create_task(self._work_off())
        return await result

    async def _work_off(self) -> None:
        run = asyncio.get_running_loop().run_in_executor
        while self._waiting:
            taken, self._waiting = self._waiting, []
            try:
                results = await run(self._thread, self._work, [item for item, _ in taken])
            except Exception as error:  # noqa: BLE001 - raised at each of those who wait
                for _, result in taken:
                    if not result.done():
                        result.set_exception(error)
            else:
                for (_, result), value in zip(taken, results, strict=True):
                    if not result.done():  # who asked may have gone
                        result.set_result(value)
        self._turn = None
