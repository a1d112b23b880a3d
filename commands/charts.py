"""Pictures of the weekly figures, uploaded to Slack once for the same numbers.

A picture in a view must have a public address or be a file of Slack's (docs.slack.dev/reference/block-kit/blocks/
image-block); ours is the latter, shared nowhere. Upload: files.getUploadURLExternal, the bytes,
files.completeUploadExternal.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from babel.dates import format_skeleton
from slack_sdk import WebClient

from bot.linking import FiguresView
from bot.surface import SurfaceError
from commands.cards.chart import Bar, drawn
from commands.slack_calls import call

# The scope is missing, or Slack has trouble: it is not asked again for so long.
PAUSE_SECONDS = 600.0
KEPT = timedelta(days=30)

log = logging.getLogger(__name__)


class Kept(Protocol):
    """Which pictures Slack holds for us (`storage.charts`)."""

    def find(self, digest: str) -> str: ...
    def keep(self, digest: str, file_id: str) -> None: ...
    def forget(self, file_id: str) -> None: ...
    def older(self, before: datetime) -> list[str]: ...


def bars(figures: FiguresView, language: str) -> list[Bar]:
    """The bars of a picture, without the weeks before anything came."""
    weeks = list(figures.weeks)
    while weeks and not weeks[0].figures.mails:
        weeks.pop(0)
    return [Bar(_label(week.since, language), week.figures.mails, week.figures.linked) for week in weeks]


def _label(since: object, language: str) -> str:
    short = format_skeleton("MMMd", since, locale=language)  # type: ignore[arg-type] # babel takes dates of any kind
    return short if short.isascii() else format_skeleton("Md", since, locale=language)  # type: ignore[arg-type]


class Pictures:
    """Draws and uploads. Without a picture Home has the figures in words all the same."""

    def __init__(self, client: WebClient, charts: Kept) -> None:
        self._client = client
        self._charts = charts
        self._not_before = 0.0

    def known(self, shown: Sequence[Bar]) -> str:
        """The file that shows these bars, where it was uploaded before; empty otherwise."""
        return self._charts.find(_digest(shown)) if shown else ""

    def made(self, shown: Sequence[Bar], title: str) -> str:
        """The file that shows these bars, uploaded where it is not there yet; empty where Slack does not take it."""
        if not shown or (known := self.known(shown)):
            return known if shown else ""
        if time.monotonic() < self._not_before:
            return ""
        try:
            file_id = self._uploaded(drawn(shown), title)
        except SurfaceError as error:
            log.warning("a picture was not uploaded: %s", error.code)
            self._not_before = time.monotonic() + PAUSE_SECONDS
            return ""
        self._charts.keep(_digest(shown), file_id)
        self._forget_old()
        return file_id

    def refused(self, file_id: str) -> None:
        """Slack knows this file no more."""
        self._charts.forget(file_id)

    def _uploaded(self, content: bytes, title: str) -> str:
        answer = call(lambda: self._client.files_upload_v2(filename="figures.png", content=content, title=title))
        return str(answer["files"][0]["id"])

    def _forget_old(self) -> None:
        for file_id in self._charts.older(datetime.now(UTC) - KEPT):
            try:
                call(partial(self._client.files_delete, file=file_id))
            except SurfaceError as error:
                log.info("an old picture was not deleted: %s", error.code)
                if not error.permanent:
                    continue
            self._charts.forget(file_id)


def _digest(shown: Sequence[Bar]) -> str:
    return hashlib.sha256(json.dumps([astuple(bar) for bar in shown]).encode()).hexdigest()
