"""What people do in the workspace, and what the bot may answer: shortcuts, presses, choices, modals, response URLs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk.errors import SlackApiError

from tests.sandbox.slackbox import TEXT, Box, actions, button, eventually, modal, plain, running


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("slack")) as box:
        yield box


class Bot:
    """A Bolt app that acknowledges everything as it is told to, and keeps what it was sent."""

    def __init__(self, app: App) -> None:
        self.told: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {}
        app.use(self._keep)
        for way in (app.action, app.shortcut, app.view, app.view_closed, app.options, app.command):
            way(re.compile(".*"))(self._acknowledge)
        app.event("message")(self._nothing)

    def _keep(self, body: dict[str, Any], next: Any) -> None:
        self.told.append(body)
        next()

    def _acknowledge(self, ack: Any) -> None:
        ack(**self.answer)

    def _nothing(self) -> None:
        """An event that only has to be acknowledged."""

    def last(self, kind: str) -> dict[str, Any]:
        return [one for one in self.told if one.get("type") == kind][-1]


@pytest.fixture(scope="module")
def connected(sandbox: Box) -> Iterator[Bot]:
    app = sandbox.app()
    bot = Bot(app)
    with sandbox.connected(app):
        yield bot


@pytest.fixture
def bot(connected: Bot) -> Bot:
    connected.told.clear()
    connected.answer = {}
    return connected


@pytest.fixture
def box(sandbox: Box, bot: Bot) -> Box:  # noqa: ARG001 - the bot has to be there
    assert sandbox.control("reset")["ok"]
    return sandbox


PEOPLE = [{"text": plain("Max"), "value": "601"}, {"text": plain("Erika"), "value": "523"}]
WHO = {
    "type": "input",
    "block_id": "who",
    "label": plain("Wer?"),
    "element": {"type": "static_select", "action_id": "pick", "options": PEOPLE},
}
NOTE = {
    "type": "input",
    "block_id": "note",
    "label": plain("Notiz"),
    "optional": True,
    "element": {"type": "plain_text_input", "action_id": "text", "initial_value": "alt", "max_length": 10},
}


def post(box: Box, *blocks: dict[str, Any]) -> str:
    ts = box.client.chat_postMessage(channel="C0SALES", text="card", blocks=list(blocks))["ts"]
    assert isinstance(ts, str)
    return ts


def press(box: Box, ts: str, **more: Any) -> dict[str, Any]:
    return box.control("press", **{"user": "U0ANNA", "channel": "C0SALES", "ts": ts, **more})


def trigger(box: Box) -> str:
    ts = post(box, actions(button("Go", "go")))
    found = press(box, ts, action_id="go")["trigger_id"]
    assert isinstance(found, str)
    return found


def opened(box: Box, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = box.client.views_open(trigger_id=trigger(box), view=modal(*blocks, **more))["view"]
    assert isinstance(view, dict)
    return view


def error_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as found:
        call(**arguments)
    return str(found.value.response["error"])


def test_a_shortcut_carries_the_whole_mail_even_where_the_bot_is_not(box: Box, bot: Bot) -> None:
    mail = box.mail(to_channel="#buero", html="<b>Guten Tag</b>")
    assert mail["event_id"] is None, "the bot is not in that channel"
    asked = {"user": "U0ANNA", "channel": "C0PRIVAT", "ts": mail["ts"]}
    assert box.control("shortcut", **asked, callback_id="nothing")["ok"] is False
    answer = box.control("shortcut", **asked, callback_id="link_mail")
    assert answer["ok"]
    payload = bot.last("message_action")
    assert payload["message"]["files"][0]["plain_text"] == "Guten Tag"
    assert "subtype" not in payload["message"] and "channel" not in payload["message"]
    assert payload["channel"] == {"id": "C0PRIVAT", "name": "buero"}
    assert payload["trigger_id"] == answer["trigger_id"]
    for number in range(5):
        assert httpx.post(payload["response_url"], json={"text": str(number)}).text == "ok"
    assert httpx.post(payload["response_url"], json={"text": "6"}).json()["error"] == "used_url"
    assert [one["user"] for one in box.state()["ephemerals"]] == ["U0ANNA"] * 5


def test_a_press_tells_who_where_and_what(box: Box, bot: Bot) -> None:
    two = [button("Link", "link", value="1"), button("Ignore", "no", style="danger")]
    ts = post(box, actions(*two), actions(button("Link", "link", value="2"), block_id="second"))
    assert press(box, ts, action_id="nothing")["ok"] is False
    assert "several" in press(box, ts, action_id="link")["error"].lower()
    assert press(box, ts, text="Link", value="2")["ok"]
    payload = bot.last("block_actions")
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("link", "second", "2")
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0SALES",
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == ts and payload["user"]["team_id"] == payload["team"]["id"] == "T0SANDBOX"
    assert press(box, ts, action_id="link", block_id="buttons")["ok"]
    assert press(box, ts, text="Ignore")["ok"]
    assert press(box, ts)["status"] == 400
    assert press(box, ts, text="Ignore", user="U0NOBODY")["status"] == 400
    assert press(box, ts, text="Ignore", mouse="left")["status"] == 400


def test_strangers_and_forged_workspaces(box: Box, bot: Bot) -> None:
    ts = post(box, actions(button("Link", "link")))
    assert press(box, ts, text="Link", user="U0STRANGER")["ok"]
    payload = bot.last("block_actions")
    assert (payload["team"]["id"], payload["user"]["team_id"]) == ("T0SANDBOX", "T0OTHER")
    press(box, ts, text="Link", team_id="T0FORGED")
    assert bot.last("block_actions")["team"]["id"] == "T0FORGED"
    box.control("command", user="U0ANNA", channel="C0SALES", text="x", team_id="T0FORGED")
    assert bot.told[-1]["team_id"] == "T0FORGED"


def test_ephemerals_can_be_pressed_by_their_reader_and_replaced(box: Box, bot: Bot) -> None:
    blocks = [actions(button("Link", "link"))]
    ts = box.client.chat_postEphemeral(channel="C0SALES", user="U0BEN", text="psst", blocks=blocks)["message_ts"]
    assert press(box, ts, text="Link")["ok"] is False, "it was shown to Ben only"
    assert press(box, ts, text="Link", user="U0BEN")["ok"]
    payload = bot.last("block_actions")
    assert "message" not in payload and payload["container"]["is_ephemeral"] is True
    url = payload["response_url"]
    assert httpx.post(url, json={"replace_original": "true", "text": "neu"}).text == "ok"
    (shown,) = box.state()["ephemerals"]
    assert (shown["ts"], shown["text"], shown["blocks"]) == (ts, "neu", [])
    assert httpx.post(url, json={"delete_original": True, "text": "x"}).status_code == 400
    assert httpx.post(url, json={"delete_original": True}).text == "ok"
    assert box.state()["ephemerals"] == []


def test_response_urls_post_into_channels_and_check_what_they_get(box: Box, bot: Bot) -> None:
    ts = post(box, actions(button("Link", "link")))
    press(box, ts, text="Link")
    url = bot.last("block_actions")["response_url"]
    thread = {"response_type": "in_channel", "thread_ts": ts, "replace_original": False}
    assert httpx.post(url, json={"text": "in the thread", **thread}).text == "ok"
    assert httpx.post(url, json={"replace_original": True, "text": "b", "blocks": [TEXT]}).text == "ok"
    assert httpx.post(url, json={"text": "a", "blocks": [{"type": "bogus"}]}).json()["error"] == "invalid_blocks"
    assert httpx.post(url, json={"text": "a", "colour": "red"}).status_code == 400
    first, second = box.state()["messages"]
    assert (first["text"], first["blocks"][0]["type"], second["thread_ts"]) == ("b", "section", ts)
    assert box.violations() == ["invalid_blocks", "invalid_arguments"]


def test_a_trigger_lives_three_seconds_and_once(box: Box) -> None:
    first = trigger(box)
    assert box.client.views_open(trigger_id=first, view=modal(TEXT))["ok"]
    assert error_of(box.client.views_open, trigger_id=first, view=modal(TEXT)) == "exchanged_trigger_id"
    assert error_of(box.client.views_open, trigger_id="1.2.x", view=modal(TEXT)) == "invalid_trigger_id"
    late = trigger(box)
    time.sleep(3.1)
    assert error_of(box.client.views_open, trigger_id=late, view=modal(TEXT)) == "expired_trigger_id"
    assert box.violations() == ["exchanged_trigger_id", "invalid_trigger_id", "expired_trigger_id"]


def test_choices_are_remembered_and_submitted(box: Box, bot: Bot) -> None:
    view = opened(box, WHO, NOTE, private_metadata="m")
    submit = {"user": "U0ANNA", "view_id": view["id"]}
    assert "must be filled in" in box.control("submit", **submit)["error"]
    assert box.control("select", user="U0ANNA", action_id="pick", values=["999"])["ok"] is False
    assert box.control("select", user="U0ANNA", action_id="pick", values=["523"])["ok"]
    assert box.state()["views"][0]["state"]["values"]["who"]["pick"]["selected_option"]["value"] == "523"
    too_long = box.control("submit", **submit, values={"note": {"text": "viel zu lang"}})
    assert "at most 10" in too_long["error"]
    bot.answer = {"response_action": "errors", "errors": {"note": "Nein."}}
    refused = box.control("submit", **submit, values={"note": {"text": "neu"}})
    assert refused["errors"] == {"note": "Nein."}
    assert len(refused["views"]) == 1, "the form stays open"
    values = bot.last("view_submission")["view"]["state"]["values"]
    assert values["who"]["pick"]["selected_option"]["value"] == "523"
    assert values["note"]["text"] == {"type": "plain_text_input", "value": "neu"}
    assert bot.last("view_submission")["view"]["private_metadata"] == "m"
    bot.answer = {}
    assert box.control("submit", **submit)["views"] == []
    assert box.control("submit", **submit)["ok"] is False
    assert box.violations() == []


def test_state_survives_an_update_where_ids_stay(box: Box, bot: Bot) -> None:
    view = opened(box, WHO, NOTE)
    box.control("select", user="U0ANNA", action_id="pick", values=["601"])
    update = box.client.views_update
    assert error_of(update, view_id=view["id"], view=modal(WHO), hash="old") == "hash_conflict"
    newer = update(view_id=view["id"], view=modal(WHO, TEXT), hash=view["hash"])["view"]
    assert newer["id"] == view["id"] and newer["hash"] != view["hash"]
    assert error_of(update, view_id="V0", view=modal(WHO)) == "not_found"
    assert box.control("submit", user="U0ANNA", view_id=view["id"])["ok"]
    values = bot.last("view_submission")["view"]["state"]["values"]
    assert values["who"]["pick"]["selected_option"]["value"] == "601"


def test_views_stack_three_high(box: Box, bot: Bot) -> None:
    first = opened(box, NOTE)
    bot.answer = {"response_action": "push", "view": modal(NOTE, callback_id="second")}
    stack = box.control("submit", user="U0ANNA", view_id=first["id"])["views"]
    assert [one["callback_id"] for one in stack] == ["form", "second"]
    assert stack[1]["previous_view_id"] == stack[1]["root_view_id"] == first["id"]
    pushed = box.control("submit", user="U0ANNA", view_id=stack[1]["id"])
    assert len(pushed["views"]) == 3
    fourth = box.control("submit", user="U0ANNA", view_id=pushed["views"][2]["id"])
    assert not fourth["ok"] and "push_limit_reached" in fourth["error"]
    bot.answer = {"response_action": "update", "view": modal(TEXT, callback_id="third")}
    updated = box.control("submit", user="U0ANNA", view_id=pushed["views"][2]["id"])["views"]
    assert updated[2]["callback_id"] == "third" and updated[2]["id"] == pushed["views"][2]["id"]
    bot.answer = {"response_action": "clear"}
    assert box.control("submit", user="U0ANNA", view_id=first["id"])["views"] == []
    assert box.violations() == ["invalid_ack"]


def test_bad_acknowledgements_of_a_form_are_reported(box: Box, bot: Bot) -> None:
    view = opened(box, NOTE)
    for bot.answer in (
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
    ):
        answer = box.control("submit", user="U0ANNA", view_id=view["id"])
        assert not answer["ok"] and len(answer["views"]) == 1
    assert box.violations() == ["invalid_ack", "invalid_ack"]


def test_closing_tells_the_bot_where_the_view_asks_for_it(box: Box, bot: Bot) -> None:
    quiet = opened(box, TEXT)
    assert box.control("close", user="U0ANNA", view_id=quiet["id"])["ack"] is None
    loud = opened(box, TEXT, notify_on_close=True)
    assert box.control("close", user="U0ANNA", view_id=loud["id"])["ok"]
    assert bot.last("view_closed")["is_cleared"] is False
    assert box.state()["views"] == []


def test_elements_of_messages_speak_at_once_inputs_do_not(box: Box, bot: Bot) -> None:
    menu = {"type": "static_select", "action_id": "menu", "options": PEOPLE}
    many = {"type": "checkboxes", "action_id": "many", "options": PEOPLE}
    more = {"type": "overflow", "action_id": "more", "options": [{"text": plain("Weg"), "value": "w"}]}
    ts = post(box, actions(menu, many, more), NOTE)
    place = {"user": "U0ANNA", "channel": "C0SALES", "ts": ts}
    assert box.control("select", **place, action_id="many", values=["601", "523"])["ok"]
    assert len(bot.last("block_actions")["actions"][0]["selected_options"]) == 2
    assert box.control("select", user="U0ANNA", action_id="more", values=["w"])["ok"]
    assert bot.last("block_actions")["actions"][0]["selected_option"]["value"] == "w"
    assert box.control("select", **place, action_id="menu", values=["601"])["ok"]
    payload = bot.last("block_actions")
    assert payload["actions"][0]["selected_option"]["value"] == "601"
    values = payload["state"]["values"]
    assert len(values["buttons"]["many"]["selected_options"]) == 2 and "more" not in values["buttons"]
    assert box.control("select", **place, action_id="text", values=["kurz"])["ack"] is None


def test_suggestions_follow_the_rules(box: Box, bot: Bot) -> None:
    search = {"type": "external_select", "action_id": "find"}
    ts = post(box, actions(search))
    place = {"user": "U0ANNA", "channel": "C0SALES", "ts": ts, "action_id": "find"}
    assert "at least 3" in box.control("suggest", **place, value="Ma")["error"]
    assert box.control("select", **place, values=["601"])["ok"] is False, "nothing was offered yet"
    group = {"label": plain("Leute"), "options": PEOPLE}
    bot.answer = {"option_groups": [group]}
    assert [one["value"] for one in box.control("suggest", **place, value="Max")["options"]] == ["601", "523"]
    assert bot.last("block_suggestion")["value"] == "Max"
    bot.answer = {}
    assert box.control("select", **place, values=["601"])["ok"]
    bot.answer = {"options": [{"text": plain("x" * 76), "value": "1"}]}
    assert "less than 76" in box.control("suggest", **place, value="Max")["error"]
    assert box.violations() == ["invalid_ack"]


def test_home_tabs(box: Box, bot: Bot) -> None:
    home = {"type": "home", "blocks": [actions(button("Sync", "sync"))]}
    published = box.client.views_publish(user_id="U0ANNA", view=home)["view"]
    assert error_of(box.client.views_publish, user_id="U0ANNA", view=home, hash="old") == "hash_conflict"
    assert box.control("press", user="U0ANNA", view_id=published["id"], text="Sync")["ok"]
    assert bot.last("block_actions")["view"]["type"] == "home"
    assert list(box.state()["homes"]) == ["U0ANNA"]
    assert error_of(box.client.views_publish, user_id="U0ANNA", view=modal(TEXT)) == "invalid_arguments"


def test_a_bad_answer_to_a_command_is_reported(box: Box, bot: Bot) -> None:
    bot.answer = {"text": "a", "blocks": [{"type": "bogus"}]}
    answer = box.control("command", user="U0ANNA", channel="C0SALES", text="x")
    assert not answer["ok"] and "invalid_blocks" in answer["error"]
    bot.answer = {"text": "hello", "response_type": "in_channel"}
    assert box.control("command", user="U0ANNA", channel="C0PRIVAT", text="x")["ok"]
    assert eventually(lambda: box.state()["messages"])[0]["text"] == "hello"
