"""The progress bar of `linkbot sync`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.progress_bar import ProgressBar
from rich.table import Column
from rich.text import Text

from bot.cli.terminal import said
from bot.language import sentence

BAR_WIDTH = 20
NARROW = 60  # columns, below which there is no room for a bar


class Count(ProgressColumn):
    """How many records were read, and of how many where that is known."""

    def get_table_column(self) -> Column:
        return Column(no_wrap=True)

    def render(self, task: Task) -> Text:
        if task.total:
            return Text(said(sentence("progress.read_of", read=task.completed, total=task.total)))
        return Text(said(sentence("progress.read", read=task.completed)))


class KnownBar(ProgressColumn):
    """A bar, only where there is something to measure it by."""

    def render(self, task: Task) -> RenderableType:
        return ProgressBar(total=task.total, completed=task.completed, width=BAR_WIDTH) if task.total else ""


@contextmanager
def progress_bar(label: str, console: Console) -> Iterator[Callable[[int, int | None], None]]:
    """A bar that is there while the block runs; gives what to tell how many records were read, of how many. Where
    nobody watches, in a file or a pipe, nothing is drawn."""
    bar = (KnownBar(),) if console.width >= NARROW else ()
    columns = (TextColumn("{task.description}", markup=False), *bar, Count(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(label, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
