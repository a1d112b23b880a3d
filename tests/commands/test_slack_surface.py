from __future__ import annotations

import gzip
import json
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk import WebClient

from bot.surface import Conversation, Notice, SurfaceError
from commands import downloads
from commands.ids import CARD_EVENT
from commands.languages import Languages
from commands.people import impatient
from commands.seals import Seals
from commands.slack_calls import web_client, webhook
from commands.slack_surface import SlackSurface
from commands.workspace import Sharing, Workspace
from tests.commands.shown import say, view
from tests.commands.slack_server import Answer, SlackServer, running

TOKEN = "xoxb-secret"


class Channels(Workspace):
    """A workspace in which who reads along is known."""

    def __init__(self, known: Sharing) -> None:
        super().__init__(WebClient())
        self.known = known

    def sharing(self, channel: str) -> Sharing:
        return self.known


WORKSPACE = Channels(Sharing.OWN)
SEALS = Seals("a secret of the tests only")
SLACK_HOSTS = ("files.slack.com", "files-origin.slack.com")
LOGIN = b'<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body data-app="login">Sign in to Slack'


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[SlackServer]:
    """Another host, which must never see the token."""
    with running() as server:
        yield server


def surface_of(client: WebClient, hosts: tuple[str, ...], downloads: httpx.Client) -> SlackSurface:
    return SlackSurface(client, hosts, downloads, languages=Languages(), workspace=WORKSPACE, seals=SEALS)


@pytest.fixture
def surface(slack: SlackServer) -> SlackSurface:
    # Redirects are followed by this client: that they are not is the surface's own care.
    client = web_client(TOKEN, f"{slack.url}/api/")
    client.retry_handlers.clear()
    return SlackSurface(
        client,
        (slack.netloc, *SLACK_HOSTS),
        httpx.Client(follow_redirects=True),
        languages=Languages(),
        workspace=WORKSPACE,
        seals=SEALS,
    )


def failing(surface: SlackSurface, url: str) -> SurfaceError:
    with pytest.raises(SurfaceError) as caught:
        surface.download(url)
    assert not url or url not in str(caught.value)
    return caught.value


# Downloads


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
    assert (
        SlackSurface(
            web_client(TOKEN, "http://127.0.0.1:1/"),
            SLACK_HOSTS,
            client,
            languages=Languages(),
            workspace=WORKSPACE,
            seals=SEALS,
        ).download(url)
        == b"mail"
    )
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
    surface = surface_of(
        web_client(TOKEN, f"{slack.url}/api/"),
        (gone.netloc,),
        httpx.Client(),
    )
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


# Cards and notices

ASKED = Conversation("T1", "C1", "1.0", "U0ANNA")


def sent(slack: SlackServer) -> dict[str, Any]:
    """The arguments of the last call, JSON ones read."""
    body = slack.asked[-1].body
    if body.startswith("{"):
        found: dict[str, Any] = json.loads(body)
        return found
    return {name: values[0] for name, values in parse_qs(body).items()}


def test_a_card_is_posted_into_the_mails_thread(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.postMessage", ts="3.0")
    assert surface.post_card(view(), maybe_posted=False) == "3.0"
    call = sent(slack)
    assert (call["channel"], call["thread_ts"]) == ("C1", "1.0")
    assert "p1" in str(call["metadata"])
    assert slack.paths() == ["/api/chat.postMessage"]


def reply(ts: str, proposal: str, event: str = CARD_EVENT) -> dict[str, Any]:
    return {"ts": ts, "metadata": {"event_type": event, "event_payload": {"proposal": proposal}}}


@pytest.mark.parametrize(
    ("replies", "ts", "posted"),
    [
        ([{"ts": "1.0"}, reply("2.5", "p0"), reply("2.6", "p1")], "2.6", False),
        ([{"ts": "1.0"}, reply("2.5", "p0"), reply("2.6", "p1", "another_app")], "3.0", True),
        ([], "3.0", True),
    ],
)
def test_a_card_that_may_have_been_posted_is_looked_for(
    surface: SlackSurface, slack: SlackServer, replies: list[dict[str, Any]], ts: str, posted: bool
) -> None:
    slack.api("conversations.replies", messages=replies)
    slack.api("chat.postMessage", ts="3.0")
    assert surface.post_card(view(), maybe_posted=True) == ts
    assert ("/api/chat.postMessage" in slack.paths()) is posted


def test_of_two_cards_of_a_mail_one_stays(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("conversations.replies", messages=[reply("2.5", "p1"), reply("2.6", "p0"), reply("2.7", "p1")])
    slack.api("chat.delete", ts="2.7")
    assert surface.post_card(view(), maybe_posted=True) == "2.5"
    assert sent(slack)["ts"] == "2.7"
    assert slack.paths() == ["/api/conversations.replies", "/api/chat.delete"]


def test_a_call_whose_answer_was_lost_is_repeated_by_nobody_below() -> None:
    assert [type(one).__name__ for one in web_client("xoxb-1", "https://slack.example/api/").retry_handlers] == [
        "RateLimitErrorRetryHandler"
    ]


def test_a_card_is_updated_where_it_stands(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.update", ts="2.0")
    surface.update_card(view())
    assert (sent(slack)["channel"], sent(slack)["ts"]) == ("C1", "2.0")
    surface.update_card(view(card_ts=None))
    assert len(slack.asked) == 1


@pytest.mark.parametrize(
    ("answer", "code", "permanent", "wait"),
    [
        ({"error": "channel_not_found"}, "channel_not_found", True, 0.0),
        ({"error": "invalid_blocks"}, "invalid_blocks", True, 0.0),
        ({"error": "internal_error"}, "internal_error", False, 0.0),
        ({"error": "service_unavailable", "status": 503}, "service_unavailable", False, 0.0),
        ({"error": "ratelimited", "status": 429, "headers": {"Retry-After": "30"}}, "ratelimited", False, 30.0),
    ],
)
def test_slacks_refusals(
    surface: SlackSurface, slack: SlackServer, answer: dict[str, Any], code: str, permanent: bool, wait: float
) -> None:
    slack.api("chat.update", **answer)
    with pytest.raises(SurfaceError) as caught:
        surface.update_card(view())
    assert (caught.value.code, caught.value.permanent, caught.value.retry_after) == (code, permanent, wait)
    assert caught.value.__suppress_context__, "the error's own text holds what was sent"


def test_a_slack_that_is_away_may_come_back() -> None:
    with running() as gone:
        pass
    client = web_client(TOKEN, f"{gone.url}/api/")
    client.retry_handlers.clear()
    with pytest.raises(SurfaceError) as caught:
        surface_of(client, (), httpx.Client()).update_card(view())
    assert not caught.value.permanent


def test_a_notice_goes_to_who_asked_or_into_the_thread(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.postEphemeral")
    slack.api("chat.postMessage", ts="3.0")
    surface.tell(ASKED, Notice.UNREADABLE)
    assert slack.paths() == ["/api/chat.postEphemeral"]
    assert (sent(slack)["user"], sent(slack)["text"]) == ("U0ANNA", say("notice.unreadable"))
    surface.tell(Conversation("T1", "C1", "1.0"), Notice.UNREADABLE)
    assert slack.paths()[-1] == "/api/chat.postMessage"
    assert sent(slack)["thread_ts"] == "1.0"


def test_who_pressed_is_reached_where_the_bot_may_not_write(surface: SlackSurface, slack: SlackServer) -> None:
    slack.answers["/respond"] = Answer(b"ok")
    surface.tell(Conversation("T1", "C1", "1.0", "U0ANNA", f"{slack.url}/respond"), Notice.NOT_IN_CHANNEL)
    assert slack.paths() == ["/respond"]
    assert sent(slack)["text"] == say("notice.not_in_channel")
    assert slack.asked[0].authorization is None


@pytest.mark.parametrize("status", [404, 410, 500])
def test_an_address_that_has_run_out_does_not_swallow_the_notice(
    surface: SlackSurface, slack: SlackServer, status: int
) -> None:
    """Slack's addresses for answers last half an hour and five answers."""
    slack.answers["/respond"] = Answer(b"expired_url", status)
    slack.api("chat.postEphemeral")
    surface.tell(Conversation("T1", "C1", "1.0", "U0ANNA", f"{slack.url}/respond"), Notice.UNREADABLE)
    assert slack.paths() == ["/respond", "/api/chat.postEphemeral"]


def test_a_notice_leads_to_the_card(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.postEphemeral")
    surface.tell(ASKED, Notice.ALREADY_HERE, url="https://nordlicht.slack.example/archives/C1/p2")
    assert "<https://nordlicht.slack.example/archives/C1/p2|see the card>" in sent(slack)["text"]
    surface.tell(ASKED, Notice.ALREADY_HERE, url=None)
    assert say("card.link_unknown") in sent(slack)["text"]


def test_a_permalink_that_cannot_be_had_is_none(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("chat.getPermalink", permalink="https://nordlicht.slack.example/p2")
    assert surface.permalink("C1", "2.0") == "https://nordlicht.slack.example/p2"
    slack.api("chat.getPermalink", error="message_not_found")
    assert surface.permalink("C1", "2.0") is None


def test_what_a_file_is(surface: SlackSurface, slack: SlackServer) -> None:
    slack.api("files.info", file={"id": "F1", "mode": "email"})
    assert surface.file_info("F1") == {"id": "F1", "mode": "email"}


# Where others read along


@pytest.mark.parametrize("known", [Sharing.SHARED, Sharing.UNKNOWN])
def test_where_others_may_read_along_a_card_is_bare_and_that_is_written_down(
    slack: SlackServer, known: Sharing
) -> None:
    slack.api("chat.postMessage", ts="3.0")
    slack.api("chat.update", ts="3.0")
    noted: list[tuple[str, bool]] = []
    channels = Channels(known)
    surface = SlackSurface(
        web_client(TOKEN, f"{slack.url}/api/"),
        SLACK_HOSTS,
        httpx.Client(),
        languages=Languages(),
        workspace=channels,
        seals=SEALS,
        note_bare=lambda proposal, bare: noted.append((proposal, bare)),
    )
    surface.post_card(view(), maybe_posted=False)
    surface.update_card(view())
    surface.update_card(view(card_bare=True))
    assert noted == [("p1", True)] * 2
    assert all("Mustermann" not in asked.body and "Show" in asked.body for asked in slack.asked)
    channels.known = Sharing.OWN
    surface.update_card(view(card_bare=True))
    surface.update_card(view())
    assert noted[2:] == [("p1", False)]
    assert all("Mustermann" in asked.body for asked in slack.asked[3:])


def test_a_vendor_that_is_away_is_said_in_the_channel_and_taken_back_in_place(
    surface: SlackSurface, slack: SlackServer
) -> None:
    slack.api("chat.postMessage", ts="3.0")
    slack.api("chat.update", ts="3.0")
    where, since, until = Conversation("T1", "C1", ""), *(datetime(2026, 3, 4, hour, tzinfo=UTC) for hour in (9, 10))
    assert surface.say_away(where, "onOffice", since) == "3.0"
    surface.say_back(where, "3.0", "onOffice", since, until)
    back = sent(slack)
    slack.asked.pop()
    away = sent(slack)
    assert "thread_ts" not in away and "onOffice has not answered since" in away["text"]
    assert (back["ts"], "onOffice answers again" in back["text"]) == ("3.0", True)


def test_whose_certificates_count_is_read_once() -> None:
    first, second = (
        web_client("xoxb-1", "https://slack.example/api/"),
        web_client("xoxb-2", "https://slack.example/api/"),
    )
    assert first.ssl is second.ssl is impatient(first).ssl is webhook("https://slack.example/answer").ssl
    assert first.ssl is not None
    assert first.ssl.verify_mode == ssl.CERT_REQUIRED
    assert first.ssl.check_hostname
