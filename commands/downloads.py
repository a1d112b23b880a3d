"""Files that Slack holds, fetched with the bot's token: from nowhere else, and not without an end."""

from __future__ import annotations

import http.client
import json
import re
import time
import zlib
from collections.abc import Iterable

import httpx

from bot.surface import SurfaceError
from commands.slack_calls import PASSING

MOST_BYTES = 40 * 1024 * 1024
SILENT_SECONDS = 20.0  # without a byte
MOST_SECONDS = 60.0  # for a whole file
MOST_ERROR = 4000  # bytes
PACKED = frozenset({"gzip", "deflate"})
ZLIB_OR_GZIP = 32  # zlib's sign for: tell by the first bytes
CODE = re.compile(r"[a-z_]{1,60}")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Downloads:
    """From the hosts that the settings name. Raises only SurfaceError, which never holds the address."""

    def __init__(self, client: httpx.Client, hosts: Iterable[str]) -> None:
        self._client = client
        self._hosts = frozenset(host.casefold().removesuffix(":443") for host in hosts)

    def _own_address(self, url: str) -> httpx.URL:
        """An address of Slack's, read by the same parser that will open it; any other is refused. A host of the setting
        means its port for TLS, and a host with a port that one."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL:
            raise SurfaceError("file_host_refused", permanent=True) from None
        safe = address.scheme == "https" or (address.scheme == "http" and address.host in LOOPBACK)
        # Where the address has a port that is not its scheme's, the port is a part of it.
        if address.netloc.decode("ascii") not in self._hosts or not safe or address.userinfo:
            raise SurfaceError("file_host_refused", permanent=True)
        return address

    def download(self, url: str, token: str) -> bytes:
        """A file with the bot's token, only from Slack's hosts, only over TLS, never after a redirect elsewhere, and
        within a minute."""
        address = self._own_address(url)
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        deadline = time.monotonic() + MOST_SECONDS
        try:
            with self._client.stream(
                "GET", address, headers=headers, timeout=SILENT_SECONDS, follow_redirects=False
            ) as response:
                if response.status_code >= http.client.INTERNAL_SERVER_ERROR or response.status_code == 429:
                    raise SurfaceError("file_unavailable", permanent=False)
                if response.status_code != http.client.OK:
                    raise SurfaceError("file_refused", permanent=True)
                raw = bytearray()
                for chunk in response.iter_raw():  # each piece as it comes: the time is looked at for every one
                    raw += chunk
                    if len(raw) > MOST_BYTES:
                        raise SurfaceError("file_too_large", permanent=True)
                    if time.monotonic() > deadline:
                        raise SurfaceError("file_too_slow", permanent=False)
        except httpx.HTTPError as error:
            raise SurfaceError(type(error).__name__, permanent=False) from None
        content = _unpacked(bytes(raw), response.headers.get("content-encoding", ""))
        if _is_login_page(content):
            raise SurfaceError("file_needs_scope", permanent=True)
        if (code := _error_instead(content)) is not None:
            raise SurfaceError(code, permanent=code not in PASSING)
        return content


def _unpacked(raw: bytes, encoding: str) -> bytes:
    """What a server packed that was asked not to, as far as it is not too large."""
    if encoding not in PACKED:
        return raw
    try:
        content = zlib.decompressobj(zlib.MAX_WBITS | ZLIB_OR_GZIP).decompress(raw, MOST_BYTES + 1)
    except zlib.error:
        raise SurfaceError("file_unavailable", permanent=False) from None
    if len(content) > MOST_BYTES:
        raise SurfaceError("file_too_large", permanent=True)
    return content


def _error_instead(content: bytes) -> str | None:
    """Slack's word for what went wrong, where it answers with an error and status 200 instead of the file."""
    if not content[:MOST_ERROR].lstrip().startswith(b"{") or len(content) > MOST_ERROR:
        return None
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if answer.get("ok") is not False or not isinstance(answer.get("error"), str):
        return None
    code: str = answer["error"]
    return code if CODE.fullmatch(code) else "file_refused"


def _is_login_page(content: bytes) -> bool:
    """Slack answers a token without the right to a file with its login page and status 200."""
    head = content[:4000].lower()
    return b"<html" in head and ((b"slack" in head and b"sign in" in head) or b'data-app="login"' in head)
