"""The Web API through Slack's own client: what it answers, and what it refuses as Slack does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.slackbox import TEXT, Box, actions, button, modal, running


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("slack")) as box:
        yield box


@pytest.fixture
def box(sandbox: Box) -> Box:
    sandbox.control("reset")
    return sandbox


def refused(call: Any, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as found:
        call(**arguments)
    data = found.value.response.data
    assert isinstance(data, dict)
    return data


def test_the_bot_learns_who_it_is(box: Box) -> None:
    answer = box.client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0LINKBOT", "B0LINKBOT", "T0SANDBOX")
    assert "files:read" in answer.headers["X-OAuth-Scopes"]


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        (None, "auth.test", "not_authed"),
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("xapp-1-A0LINKBOT-1-sandbox", "auth.test", "not_allowed_token_type"),
        ("xoxb-sandbox", "apps.connections.open", "not_allowed_token_type"),
        ("xoxb-sandbox", "chat.postTelegram", "unknown_method"),
    ],
)
def test_tokens_and_methods_are_checked(box: Box, token: str | None, method: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    assert httpx.post(box.api + method, headers=headers).json()["error"] == error
    assert box.violations() == [error]


def test_form_json_and_query_all_work(box: Box) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    arguments = {"channel": "C0SALES", "text": "Hallo", "blocks": '[{"type": "divider"}]'}
    for sent in ({"data": arguments}, {"json": {**arguments, "blocks": [{"type": "divider"}]}}, {"params": arguments}):
        assert httpx.post(f"{box.api}chat.postMessage", headers=headers, **sent).json()["ok"]
    assert httpx.get(f"{box.api}auth.test", params={"token": "xoxb-sandbox"}).json()["ok"]
    blocks = [one["blocks"] for one in box.state()["messages"]]
    assert [one[0]["type"] for one in blocks] == ["divider"] * 3
    assert all(one[0]["block_id"] for one in blocks), "Slack gives every block an id"


def test_unknown_arguments_are_refused_and_reported(box: Box) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    body = {"channel": "C0SALES", "text": "a", "colour": "red"}
    answer = httpx.post(f"{box.api}chat.postMessage", headers=headers, json=body).json()
    assert answer["error"] == "invalid_arguments"
    assert "colour" in answer["response_metadata"]["messages"][0]
    assert box.violations() == ["invalid_arguments"]


def test_missing_scopes_name_what_is_needed_and_provided(box: Box) -> None:
    found = refused(box.client.reactions_add, channel="C0SALES", name="eyes", timestamp="1.0")
    assert (found["error"], found["needed"]) == ("missing_scope", "reactions:write")
    assert "chat:write" in found["provided"].split(",")
    found = refused(box.client.chat_postMessage, channel="C0SALES", text="a", username="Chef")
    assert found["needed"] == "chat:write.customize"


@pytest.mark.filterwarnings("ignore:The top-level:UserWarning")  # what Slack's client says before Slack refuses it
def test_where_the_bot_may_write(box: Box) -> None:
    post = box.client.chat_postMessage
    assert refused(post, channel="C0PRIVAT", text="a")["error"] == "not_in_channel"
    assert refused(post, channel="C0NOWHERE", text="a")["error"] == "channel_not_found"
    assert refused(post, channel="C0SALES", text="")["error"] == "no_text"
    assert refused(post, channel="C0SALES", text="x" * 40_001)["error"] == "msg_too_long"
    assert refused(post, channel="C0SALES", text="a", thread_ts="1.0")["error"] == "thread_not_found"
    assert post(channel="U0BEN", text="a")["channel"] == "D0BEN"
    assert post(channel="#sales", text="a")["channel"] == "C0SALES"


def test_bad_blocks_are_named_by_their_place(box: Box) -> None:
    found = refused(box.client.chat_postMessage, channel="C0SALES", blocks=[actions(button("x" * 76, "a"))], text="a")
    assert found["error"] == "invalid_blocks"
    assert found["response_metadata"]["messages"] == [
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"
    ]
    assert box.violations() == ["invalid_blocks"]
    assert box.state()["messages"] == []
    assert box.http.get("/_control/posted").json() == []


def test_only_own_messages_can_be_changed(box: Box) -> None:
    theirs = box.control("message", user="U0ANNA", channel="C0SALES", text="Moin")
    update = box.client.chat_update
    assert refused(update, channel="C0SALES", ts=theirs["ts"], text="a")["error"] == "cant_update_message"
    assert refused(update, channel="C0SALES", ts="1.0", text="a")["error"] == "message_not_found"
    mine = box.client.chat_postMessage(channel="C0SALES", text="a", blocks=[TEXT])
    assert refused(update, channel="C0SALES", ts=mine["ts"], text="x" * 4001)["error"] == "msg_too_long"
    assert update(channel="C0SALES", ts=mine["ts"], text="b")["message"]["blocks"], "blocks left out stay"
    assert "edited" in update(channel="C0SALES", ts=mine["ts"], text="c", blocks=[])["message"]
    box.client.chat_delete(channel="C0SALES", ts=mine["ts"])
    assert [one["text"] for one in box.state()["messages"]] == ["Moin"]


def test_threads_history_and_their_pages(box: Box) -> None:
    parent = box.client.chat_postMessage(
        channel="C0SALES", text="parent", metadata={"event_type": "e", "event_payload": {}}
    )
    for number in range(3):
        box.client.chat_postMessage(channel="C0SALES", text=str(number), thread_ts=parent["ts"])
    box.client.chat_postMessage(channel="C0SALES", text="later")
    first = box.client.conversations_replies(channel="C0SALES", ts=parent["ts"], limit=3)
    assert [one["text"] for one in first["messages"]] == ["parent", "0", "1"]
    assert first["messages"][0]["reply_count"] == 3
    assert "metadata" not in first["messages"][0]
    cursor = first["response_metadata"]["next_cursor"]
    rest = box.client.conversations_replies(channel="C0SALES", ts=parent["ts"], cursor=cursor)
    assert [one["text"] for one in rest["messages"]] == ["2"]
    history = box.client.conversations_history(channel="C0SALES", include_all_metadata=True)
    assert [one["text"] for one in history["messages"]] == ["later", "parent"]
    assert history["messages"][1]["metadata"]["event_type"] == "e"
    since = box.client.conversations_history(channel="C0SALES", oldest=parent["ts"])
    assert [one["text"] for one in since["messages"]] == ["later"]
    assert refused(box.client.conversations_history, channel="C0PRIVAT")["error"] == "not_in_channel"
    assert refused(box.client.conversations_replies, channel="C0SALES", ts="1.0")["error"] == "thread_not_found"
    found = refused(box.client.chat_postMessage, channel="C0SALES", text="a", thread_ts=rest["messages"][0]["ts"])
    assert found["error"] == "cannot_reply_to_message"


def test_ephemerals_are_for_members_and_stay_out_of_reach(box: Box) -> None:
    whisper = box.client.chat_postEphemeral
    assert refused(whisper, channel="C0SALES", user="U0STRANGER", text="a")["error"] == "user_not_in_channel"
    ts = whisper(channel="C0SALES", user="U0ANNA", text="psst")["message_ts"]
    assert refused(box.client.chat_update, channel="C0SALES", ts=ts, text="b")["error"] == "message_not_found"
    (ephemeral,) = box.state()["ephemerals"]
    assert (ephemeral["user"], ephemeral["text"], ephemeral["ts"]) == ("U0ANNA", "psst", ts)


def test_people_and_channels(box: Box) -> None:
    assert box.client.users_lookupByEmail(email="Ben.Okafor@nordlicht.example")["user"]["id"] == "U0BEN"
    assert refused(box.client.users_lookupByEmail, email="a@example.com")["error"] == "users_not_found"
    assert box.client.users_info(user="U0ANNA")["user"]["profile"]["email"] == "anna.berger@nordlicht.example"
    assert {"U0CLARA", "U0STRANGER"} <= {one["id"] for one in box.client.users_list()["members"]}
    assert box.client.conversations_info(channel="C0PRIVAT")["channel"]["is_member"] is False
    assert refused(box.client.conversations_info, channel="D0ANNA")["needed"] == "im:read"
    assert "U0LINKBOT" in box.client.conversations_members(channel="C0SALES")["members"]
    assert box.client.conversations_open(users="U0CLARA")["channel"]["id"] == "D0CLARA"
    mine = box.client.chat_postMessage(channel="C0SALES", text="a")
    link = box.client.chat_getPermalink(channel="C0SALES", message_ts=mine["ts"])["permalink"]
    assert link.endswith(f"/C0SALES/p{mine['ts'].replace('.', '')}")


def test_blocks_validate_needs_no_token_and_lists_problems(box: Box) -> None:
    client = WebClient(base_url=box.api)
    assert client.blocks_validate(blocks=[TEXT])["ok"]
    assert client.blocks_validate(view=modal(TEXT))["ok"]
    found = refused(client.blocks_validate, blocks=[{"text": "a"}])
    assert found["error"] == "invalid_blocks"
    assert found["errors"] == [
        {"code": "missing_field", "message": "missing required field: type", "field": "type", "pointer": "/0"}
    ]
    assert box.violations() == [], "asking is no offence"


def test_faults_in_slacks_own_form(box: Box) -> None:
    box.control("faults", where="slack.chat.postMessage", kind="status", value=429, times=1)
    with pytest.raises(SlackApiError) as found:
        box.client.chat_postMessage(channel="C0SALES", text="a")
    assert found.value.response.status_code == 429
    assert found.value.response.headers["Retry-After"] == "1"
    box.control("faults", where="slack.chat.postMessage", kind="status", value="fatal_error", times=1)
    assert refused(box.client.chat_postMessage, channel="C0SALES", text="a")["error"] == "fatal_error"
    box.control("faults", where="slack.chat.postMessage", kind="drop_after_commit", times=1)
    with pytest.raises(OSError):
        WebClient(token="xoxb-sandbox", base_url=box.api, retry_handlers=[]).chat_postMessage(
            channel="C0SALES", text="lost"
        )
    assert box.client.chat_postMessage(channel="C0SALES", text="b")["ok"]
    state = box.state()
    assert [one["text"] for one in state["messages"]] == ["lost", "b"]
    assert state["counters"]["slack.chat.postMessage"] == 4
    assert state["violations"] == []


def test_a_picture_is_uploaded_and_shown_in_a_home_and_gone_when_deleted(box: Box) -> None:
    content = b"\x89PNG invented"
    file_id = box.client.files_upload_v2(filename="a.png", content=content, title="A")["files"][0]["id"]
    picture = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "a"}
    home = {"type": "home", "blocks": [picture]}
    assert box.client.views_publish(user_id="U0ANNA", view=home)["ok"]
    assert box.http.get(f"/_control/picture/{file_id}").content == content
    assert box.violations() == []
    assert refused(box.client.files_info, file=file_id)["error"] == "file_not_found", "it was shared nowhere"
    assert box.client.files_delete(file=file_id)["ok"]
    assert refused(box.client.files_delete, file=file_id)["error"] == "file_not_found"
    assert refused(box.client.views_publish, user_id="U0ANNA", view=home)["error"] == "invalid_blocks"


def test_an_upload_must_be_what_was_announced_and_completed(box: Box) -> None:
    begun = box.client.files_getUploadURLExternal(filename="a.png", length=5)
    url, file_id = begun["upload_url"], begun["file_id"]
    assert httpx.post(url, content=b"another").status_code == 400
    unsent = refused(box.client.files_completeUploadExternal, files=[{"id": file_id}])
    assert unsent["error"] == "file_not_found"
    assert httpx.post(url, content=b"12345").status_code == 200
    view = {"type": "home", "blocks": [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "a"}]}
    assert refused(box.client.views_publish, user_id="U0ANNA", view=view)["error"] == "invalid_blocks"
    assert box.client.files_completeUploadExternal(files=[{"id": file_id}])["ok"]
    assert box.client.views_publish(user_id="U0ANNA", view=view)["ok"]
