"""The mails of an arrival, with what belongs to them fetched from Slack."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.durable import Precedence
from bot.language import sentence
from bot.mail import (
    Mail,
    attached_mails,
    is_mail_object,
    needs_html,
    read_all,
    read_slack_file,
    read_text,
    structured_parts,
)
from bot.surface import SurfaceError

NO_HTML = sentence("reading.no_html")

log = logging.getLogger(__name__)


class Files(Protocol):
    """What Slack holds; see `bot.surface.Surface`."""

    def file_info(self, file_id: str) -> Mapping[str, Any]: ...
    def download(self, url: str) -> bytes: ...


class RestingFiles:
    """The same; while Slack is waited for, others work."""

    def __init__(self, files: Files, precedence: Precedence) -> None:
        self._files = files
        self._precedence = precedence

    def file_info(self, file_id: str) -> Mapping[str, Any]:
        with self._precedence.resting():
            return self._files.file_info(file_id)

    def download(self, url: str) -> bytes:
        with self._precedence.resting():
            return self._files.download(url)


def mails_of(source: Mapping[str, Any], surface: Files) -> list[Mail]:
    """The mails of an arrival: one, or those that an uploaded file holds.

    `source` is `{"file": Slack's file object}` or `{"text": pasted text}`. Raises UnreadableMail, and SurfaceError for
    what must be fetched and cannot.
    """
    if "text" in source:
        mail = read_text(source["text"])
        return [mail] if mail else []
    file: Mapping[str, Any] = source["file"]
    if file.get("file_access") == "check_file_info":
        file = surface.file_info(file["id"])
    if is_mail_object(file):
        html = _html(file, surface)
        # A mail forwarded as an attachment: the attached one is the original.
        attached = [surface.download(url) for url in attached_mails(file)]
        mail = read_slack_file(file, html, attached, _parts(file, surface))
        return [mail if html is not None else replace(mail, notes=(*mail.notes, NO_HTML))]
    url = file.get("url_private_download") or file["url_private"]
    return list(read_all(file.get("name") or "", surface.download(url)))


def _html(file: Mapping[str, Any], surface: Files) -> str | None:
    """The body as it is shown, which is what counts; without the right to files the plain text must do."""
    if not file.get("url_private"):
        return None
    try:
        return surface.download(file["url_private"]).decode("utf-8", "replace")
    except SurfaceError as error:
        if not error.permanent or needs_html(file):
            raise
        log.warning("the HTML of a mail was not fetched: %s", error.code)
        return None


def _parts(file: Mapping[str, Any], surface: Files) -> dict[str, bytes]:
    """The small attachments that say who asks for what. A mail without them is a mail all the same."""
    found: dict[str, bytes] = {}
    for url in structured_parts(file):
        try:
            found[url] = surface.download(url)
        except SurfaceError as error:
            log.warning("a structured part of a mail was not fetched: %s", error.code)
    return found
