"""Files are fetched from Slack's own hosts, within limits, and what is no file is told from one."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.surface import SurfaceError
from commands import downloads
from commands.slack_calls import web_client
from commands.slack_surface import SlackSurface
from tests.commands.bench import SLACK_HOSTS, TOKEN, surface_of
from tests.commands.slack_server import Answer, SlackServer, running

LOGIN = b'<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body data-app="login">Sign in to Slack'


@pytest.fixture
def elsewhere() -> Iterator[SlackServer]:
    """Another host, which must never see the token."""
    with running() as server:
        yield server


def failing(surface: SlackSurface, url: str) -> SurfaceError:
    with pytest.raises(SurfaceError) as caught:
        surface.download(url)
    assert not url or url not in str(caught.value)
    return caught.value


def test_a_file_is_fetched_with_the_token(surface: SlackSurface, slack: SlackServer) -> None:
    content = bytes(range(256)) * 1000
    slack.answers["/files/mail.eml"] = Answer(content)
    assert surface.download(f"{slack.url}/files/mail.eml") == content
    assert [asked.authorization for asked in slack.asked] == [f"Bearer {TOKEN}"]


def test_no_other_host_is_asked(surface: SlackSurface, elsewhere: SlackServer) -> None:
    elsewhere.answers["/mail.eml"] = Answer(b"x")
    error = failing(surface, f"{elsewhere.url}/mail.eml")
    assert (error.code, error.permanent) == ("file_host_refused", True)
    assert elsewhere.asked == []


class NoNetwork(httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"asked {request.url.host}")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/mail",
        "https://files.slack.com.evil.example/mail",
        "https://evilfiles.slack.com/mail",
        "https://files.slack.com@evil.example/mail",
        "https://evil.example/?https://files.slack.com/mail",
        "https://evil.example#@files.slack.com/mail",
        "https://evil.example\\@files.slack.com/mail",
        "https://files.slack.com\\.evil.example/mail",
        "http://files.slack.com/mail",  # not over TLS
        "http://127.0.0.1:1/mail",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "ftp://files.slack.com/mail",
        "//files.slack.com/mail",
        "https:///mail",
        "https://files.slack.com:8443/mail",  # not the port that Slack serves on
        "https://files.slack.com:80/mail",
        "https://[files.slack.com/mail",
        "https://files.slack.com:port/mail",
        "https://files.slack.com/\x00",
        "",
    ],
)
def test_addresses_that_are_not_slacks_are_not_opened(url: str) -> None:
    surface = surface_of(web_client(TOKEN, "http://127.0.0.1:1/"), SLACK_HOSTS, httpx.Client(transport=NoNetwork()))
    error = failing(surface, url)
    assert (error.code, error.permanent) == ("file_host_refused", True)


@pytest.mark.parametrize(
    "url", ["https://files.slack.com/x", "https://FILES-ORIGIN.slack.com/x", "https://files.slack.com:443/x"]
)
def test_slacks_own_hosts_are_opened_over_tls(url: str) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, stream=httpx.ByteStream(b"mail"))

    client = httpx.Client(transport=httpx.MockTransport(answer))
    assert surface_of(web_client(TOKEN, "http://127.0.0.1:1/"), SLACK_HOSTS, client).download(url) == b"mail"
    assert seen == [url.lower().replace(":443", "")]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(
    surface: SlackSurface, slack: SlackServer, elsewhere: SlackServer, status: int
) -> None:
    elsewhere.answers["/mail.eml"] = Answer(b"x")
    slack.answers["/files/mail.eml"] = Answer(status=status, headers={"Location": f"{elsewhere.url}/mail.eml"})
    assert failing(surface, f"{slack.url}/files/mail.eml").permanent
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("status", "permanent"), [(401, True), (403, True), (404, True), (429, False), (500, False), (503, False)]
)
def test_only_what_may_pass_is_worth_another_try(
    surface: SlackSurface, slack: SlackServer, status: int, permanent: bool
) -> None:
    slack.answers["/f"] = Answer(b"no", status)
    assert failing(surface, f"{slack.url}/f").permanent is permanent


def test_a_host_that_does_not_answer_may_answer_later(surface: SlackSurface, slack: SlackServer) -> None:
    with running() as gone:
        pass
    surface = surface_of(web_client(TOKEN, f"{slack.url}/api/"), (gone.netloc,))
    assert not failing(surface, f"{gone.url}/f").permanent


def test_slacks_login_page_is_no_mail(surface: SlackSurface, slack: SlackServer) -> None:
    slack.answers["/f"] = Answer(LOGIN)
    error = failing(surface, f"{slack.url}/f")
    assert (error.code, error.permanent) == ("file_needs_scope", True)


def test_a_mail_in_html_is_no_login_page(surface: SlackSurface, slack: SlackServer) -> None:
    mail = b"<html><body>Please sign in the enclosed form</body></html>"
    slack.answers["/f"] = Answer(mail)
    assert surface.download(f"{slack.url}/f") == mail


def test_a_file_that_is_too_large_is_left(
    surface: SlackSurface, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 1000)
    slack.answers["/f"] = Answer(b"x" * 1000)
    assert len(surface.download(f"{slack.url}/f")) == 1000
    slack.answers["/f"] = Answer(b"x" * 1001)
    error = failing(surface, f"{slack.url}/f")
    assert (error.code, error.permanent) == ("file_too_large", True)


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        ({"ok": False, "error": "file_not_found"}, "file_not_found", True),
        ({"ok": False, "error": "not_authed", "detail": "x"}, "not_authed", True),
        ({"ok": False, "error": "internal_error"}, "internal_error", False),
        ({"ok": False, "error": "ratelimited"}, "ratelimited", False),
        ({"ok": False, "error": "Pfefferkuchen!"}, "file_refused", True),
    ],
)
def test_an_error_is_no_file(
    surface: SlackSurface, slack: SlackServer, answer: dict[str, Any], code: str, permanent: bool
) -> None:
    slack.answers["/f"] = Answer(json.dumps(answer).encode())
    error = failing(surface, f"{slack.url}/f")
    assert (error.code, error.permanent) == (code, permanent)


@pytest.mark.parametrize(
    "content",
    [b'{"ok": true, "error": "x"}', b'{"ok": false}', b'{"ok": false, ', b"[]", b"{}", b"", b'"ok"', b"{" * 3999],
)
def test_a_file_that_only_looks_like_an_error_is_one(surface: SlackSurface, slack: SlackServer, content: bytes) -> None:
    slack.answers["/f"] = Answer(content)
    assert surface.download(f"{slack.url}/f") == content


def test_a_file_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then is no silence."""
    monkeypatch.setattr(downloads, "MOST_SECONDS", 0.2)
    given: list[int] = []

    def drops() -> Iterator[bytes]:
        while len(given) < 1000:
            given.append(1)
            time.sleep(0.01)
            yield b"x"

    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=drops())))
    surface = surface_of(web_client(TOKEN, "http://127.0.0.1:1/"), SLACK_HOSTS, client)
    error = failing(surface, "https://files.slack.com/f")
    assert (error.code, error.permanent) == ("file_too_slow", False)
    assert len(given) < 1000


def test_a_packed_file_is_unpacked_and_no_larger_than_it_may_be(surface: SlackSurface, slack: SlackServer) -> None:
    packed = {"Content-Encoding": "gzip"}
    slack.answers["/f"] = Answer(gzip.compress(b"mail"), headers=packed)
    assert surface.download(f"{slack.url}/f") == b"mail"
    slack.answers["/f"] = Answer(gzip.compress(bytes(downloads.MOST_BYTES + 1)), headers=packed)
    assert failing(surface, f"{slack.url}/f").code == "file_too_large"
    slack.answers["/f"] = Answer(b"mail", headers=packed)
    assert failing(surface, f"{slack.url}/f").code == "file_unavailable"
