"""What arrives in channels: the events that the bot is sent, the shapes of mails and files, and who gets them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.arrivals import as_slack_keeps
from tests.sandbox.slackbox import Box, eventually, running
from tests.sandbox.test_slack_delivery import served

# The keys of a real mail event's file object, as published from a live workspace.
FILE_KEYS = {
    "id", "created", "timestamp", "name", "title", "mimetype", "filetype", "pretty_type", "user", "user_team",
    "editable", "size", "mode", "is_external", "external_type", "is_public", "public_url_shared", "display_as_bot",
    "username", "url_private", "url_private_download", "permalink", "permalink_public", "subject", "to", "from", "cc",
    "attachments", "original_attachment_count", "plain_text", "preview", "preview_plain_text", "headers", "has_more",
    "sent_to_self", "bot_id", "has_rich_preview", "file_access",
}  # fmt: skip
EVENT_KEYS = {
    "type", "text", "files", "upload", "user", "display_as_bot", "bot_id", "ts", "channel", "subtype", "event_ts",
    "channel_type",
}  # fmt: skip
OUTER_KEYS = {
    "token", "team_id", "api_app_id", "event", "type", "event_id", "event_time", "authorizations",
    "is_ext_shared_channel", "event_context",
}  # fmt: skip
BEARER = {"Authorization": "Bearer xoxb-sandbox"}


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    return []


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory, told: list[dict[str, Any]]) -> Iterator[Box]:
    def take(body: str, _headers: dict[str, str]) -> tuple[int, dict[str, Any], str]:
        told.append(httpx.Response(200, text=body).json())
        return 200, {}, ""

    with served(take) as url, running(tmp_path_factory.mktemp("slack"), events_url=url) as box:
        yield box


@pytest.fixture
def box(sandbox: Box, told: list[dict[str, Any]]) -> Box:
    sandbox.control("reset")
    told.clear()
    return sandbox


def event_of(told: list[dict[str, Any]], answer: dict[str, Any]) -> dict[str, Any]:
    """The event that a control call caused."""

    def found() -> list[dict[str, Any]]:
        return [one for one in told if one["event_id"] == answer["event_id"]]

    payload = eventually(found)[0]
    assert isinstance(payload, dict)
    return payload


def test_a_mail_arrives_as_in_a_live_workspace(box: Box, told: list[dict[str, Any]]) -> None:
    answer = box.mail(
        message_id="<a@example.com>",
        in_reply_to="<b@example.com>",
        to="info@nordlicht.example",
        cc=["Ben Okafor <ben.okafor@nordlicht.example>"],
        attachments=[{"filename": "Exposé.pdf", "content_base64": base64.b64encode(b"%PDF").decode()}],
    )
    payload = event_of(told, answer)
    event = payload["event"]
    (file,) = event["files"]
    assert (set(payload), set(event)) == (OUTER_KEYS, EVENT_KEYS)
    assert set(file) - {"inline_attachment_count"} == FILE_KEYS
    assert (event["user"], event["bot_id"], event["subtype"]) == ("USLACKBOT", "B0EMAIL", "file_share")
    assert (event["text"], event["channel_type"], event["ts"]) == ("", "channel", answer["ts"])
    assert file["from"] == [
        {
            "address": "anna.berger@nordlicht.example",
            "name": "Anna Berger",
            "original": "Anna Berger <anna.berger@nordlicht.example>",
        }
    ]
    assert file["headers"]["message_id"] == "<a@example.com>"
    assert file["headers"]["in_reply_to"] == "<b@example.com>"
    assert file["timestamp"] < file["created"]
    assert file["attachments"][0]["filename"] == "Exposé.pdf"
    assert httpx.get(file["attachments"][0]["url"], headers=BEARER).content == b"%PDF"
    history = box.client.conversations_history(channel="C0ANFRAGEN")["messages"]
    assert "subtype" not in history[0] and history[0]["files"][0]["id"] == answer["file_id"]


def test_downloads_need_the_token_and_membership(box: Box) -> None:
    file = box.client.files_info(file=box.mail(html="<p>Grüße</p>")["file_id"])["file"]
    good = httpx.get(file["url_private"], headers=BEARER)
    assert (good.text, good.headers["content-type"]) == ("<p>Grüße</p>", "text/html; charset=utf-8")
    for headers in ({}, {"Authorization": "Bearer xoxb-wrong"}):
        refused = httpx.get(file["url_private"], headers=headers)
        assert refused.status_code == 200 and "Sign in" in refused.text
    hidden = box.mail(to_channel="C0PRIVAT")
    with pytest.raises(SlackApiError, match="file_not_found"):
        box.client.files_info(file=hidden["file_id"])
    box.control("faults", where="slack.files", kind="status", value=503, times=1)
    assert httpx.get(file["url_private"], headers=BEARER).status_code == 503


def test_html_only_mails_have_no_text(box: Box, told: list[dict[str, Any]]) -> None:
    (file,) = event_of(told, box.mail(text="", html="<p>nur HTML</p>", to=""))["event"]["files"]
    assert (file["plain_text"], file["preview"], file["has_more"]) == ("", "", True)
    assert file["to"] == [{"address": "", "name": "Email", "original": "Email <>"}]


def test_mails_of_shared_channels_are_stubs(box: Box, told: list[dict[str, Any]]) -> None:
    answer = box.mail(slack_connect=True)
    (file,) = event_of(told, answer)["event"]["files"]
    assert (file["file_access"], set(file) & {"plain_text", "subject"}) == ("check_file_info", set())
    assert box.client.files_info(file=file["id"])["file"]["subject"] == "WG: Besichtigung"


def test_people_write_upload_and_share(box: Box, told: list[dict[str, Any]]) -> None:
    pasted = box.control("message", user="U0ANNA", channel="D0ANNA", text="Von: Max")
    event = event_of(told, pasted)["event"]
    assert (event["channel_type"], event["user"], event.get("subtype")) == ("im", "U0ANNA", None)
    upload = {"name": "mail.eml", "content_base64": base64.b64encode(b"From: a@example.com").decode()}
    sent = box.control("message", user="U0BEN", channel="#sales", files=[upload], thread_ts=None)
    (file,) = event_of(told, sent)["event"]["files"]
    assert (file["mode"], file["filetype"], file["mimetype"]) == ("hosted", "eml", "message/rfc822")
    assert httpx.get(file["url_private_download"], headers=BEARER).content == b"From: a@example.com"
    mail = box.mail(to_channel="C0PRIVAT")
    shared = box.control("message", user="U0ANNA", channel="C0SALES", share={"channel": "C0PRIVAT", "ts": mail["ts"]})
    event = event_of(told, shared)["event"]
    assert "files" not in event
    (attachment,) = event["attachments"]
    assert attachment["is_share"] and attachment["files"][0]["id"] == mail["file_id"]
    assert httpx.get(attachment["files"][0]["url_private"], headers=BEARER).text.startswith("<html>")
    assert box.control("message", user="U0STRANGER", channel="C0SALES", text="a")["ok"] is False
    assert box.control("message", user="U0ANNA", channel="C0SALES")["status"] == 400


def test_the_bot_hears_itself_and_is_told_who_joins(box: Box, told: list[dict[str, Any]]) -> None:
    box.client.chat_postMessage(channel="C0SALES", text="a")
    own = eventually(lambda: told)[0]["event"]
    assert (own["bot_id"], own["user"], own["app_id"]) == ("B0LINKBOT", "U0LINKBOT", "A0LINKBOT")
    joined = event_of(told, box.control("invite", channel="buero"))["event"]
    assert (joined["type"], joined["user"], joined["channel"]) == ("member_joined_channel", "U0LINKBOT", "C0PRIVAT")
    assert box.client.chat_postMessage(channel="C0PRIVAT", text="a")["ok"]
    assert event_of(told, box.control("home", user="U0ANNA"))["event"]["tab"] == "home"
    box.control("reset")
    assert box.client.conversations_info(channel="C0PRIVAT")["channel"]["is_member"] is False


def test_events_need_subscription_and_scope(tmp_path_factory: pytest.TempPathFactory) -> None:
    manifest = """
oauth_config: {scopes: {bot: ["im:history", "groups:history"]}}
settings: {event_subscriptions: {bot_events: [message.channels, message.im]}}
"""
    with running(tmp_path_factory.mktemp("few"), manifest=manifest) as box:
        assert box.mail(to_channel="C0SALES")["event_id"] is None, "no scope channels:history"
        assert box.mail(to_channel="D0ANNA")["event_id"]
        assert box.control("invite", channel="C0PRIVAT")["event_id"] is None
        mail = box.mail(to_channel="D0ANNA")
        files = box.state()["messages"][-1]["files"]
        assert files[0]["id"] == mail["file_id"]
        assert "Sign in" in httpx.get(files[0]["url_private"], headers=BEARER).text, "no scope files:read"


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("mail", {"to_channel": "C0NOWHERE", "from": "a@example.com", "subject": "a"}),
        ("mail", {"to_channel": "C0SALES", "subject": "a"}),
        ("mail", {"to_channel": "C0SALES", "from": "a@example.com", "subject": "a", "user": "U0ANNA"}),
        ("mail", {"to_channel": "C0SALES", "from": "a@example.com", "subject": 7}),
        ("mail", {"to_channel": "C0SALES", "from": "a", "subject": "a", "attachments": [{"name": "a"}]}),
        ("message", {"user": "U0LINKBOT", "channel": "C0SALES", "text": "a"}),
        ("message", {"user": "U0ANNA", "channel": "C0SALES", "files": [{"name": "a", "content_base64": "§"}]}),
        ("submit", {"user": "U0ANNA", "view_id": "V1", "values": []}),
        ("faults", {"where": "imap", "kind": "earthquake"}),
        ("faults", {"where": "imap", "kind": "slow", "rate": 2}),
        ("faults", {"kind": "slow"}),
        ("invite", {"channel": "C0SALES", "user": "U0NOBODY"}),
    ],
)
def test_wrong_orders_get_a_sentence(box: Box, call: str, body: dict[str, Any]) -> None:
    answer = box.control(call, **body)
    assert answer["status"] == 400
    assert len(answer["error"]) > 5


def test_bodies_that_are_no_json(box: Box) -> None:
    for body in (b"{", b"[]", b"\xff"):
        assert box.http.post("/_control/mail", content=body).status_code == 400
        assert box.http.post("/_control/faults", content=body).status_code == 400


def test_typed_text_is_kept_as_slack_keeps_it() -> None:
    typed = "<@U0BEN> & Max <max@example.de>: siehe https://example.de/a?b=1&c=2, <https://example.org/x> a < b"
    assert as_slack_keeps(typed) == (
        "<@U0BEN> &amp; Max &lt;<mailto:max@example.de|max@example.de>&gt;: siehe <https://example.de/a?b=1&amp;c=2>, "
        "&lt;<https://example.org/x>&gt; a &lt; b"
    )
