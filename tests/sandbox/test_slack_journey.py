"""The whole Slack stand-in with a real Bolt app over Socket Mode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.sandbox.slackbox import TEXT, actions, button, eventually, modal, plain, running


def test_a_mail_becomes_a_card_a_modal_and_an_update(tmp_path: Path) -> None:
    with running(tmp_path) as box:
        app = box.app()
        seen: list[dict[str, Any]] = []

        @app.event("message")
        def arrived(event: dict[str, Any], say: Any) -> None:
            seen.append(event)
            if event.get("subtype") == "file_share":
                say(text="Gefunden", blocks=[TEXT, actions(button("Link", "link"))], thread_ts=event["ts"])

        search = {
            "type": "input",
            "block_id": "who",
            "label": plain("Wer?"),
            "element": {"type": "external_select", "action_id": "person", "min_query_length": 0},
        }

        @app.action("link")
        def pressed(ack: Any, body: dict[str, Any], client: Any) -> None:
            ack()
            client.views_open(trigger_id=body["trigger_id"], view=modal(search, private_metadata=body["message"]["ts"]))

        @app.options("person")
        def offered(ack: Any, payload: dict[str, Any]) -> None:
            ack(options=[{"text": plain(f"{payload['value']} Mustermann"), "value": "601"}])

        @app.view("form")
        def submitted(ack: Any, view: dict[str, Any], client: Any) -> None:
            ack()
            chosen = view["state"]["values"]["who"]["person"]["selected_option"]
            ts = view["private_metadata"]
            client.chat_update(channel="C0ANFRAGEN", ts=ts, text=f"linked {chosen['value']}", blocks=[TEXT])

        with box.connected(app):
            mail = box.mail()
            card = eventually(lambda: [m for m in box.state()["messages"] if m["bot_id"] == "B0LINKBOT"])[0]
            assert card["thread_ts"] == mail["ts"]
            pressed_answer = box.control("press", user="U0BEN", channel="C0ANFRAGEN", ts=card["ts"], action_id="link")
            assert pressed_answer["ok"] and pressed_answer["seconds"] < 3
            view = eventually(lambda: box.state()["views"])[0]
            assert view["user"] == "U0BEN"
            offer = box.control("suggest", user="U0BEN", view_id=view["id"], action_id="person", value="Max")
            assert [one["text"]["text"] for one in offer["options"]] == ["Max Mustermann"]
            assert not box.control("submit", user="U0BEN", view_id=view["id"])["ok"], "a required input is empty"
            assert box.control("select", user="U0BEN", action_id="person", values=["601"])["ack"] is None
            submitted_answer = box.control("submit", user="U0BEN", view_id=view["id"])
            assert submitted_answer["ok"] and submitted_answer["views"] == []
            eventually(lambda: box.state()["messages"][1]["text"] == "linked 601")
            assert box.state()["messages"][1]["edited"]
            # The mail, the bot's own card and its change; Bolt itself leaves out what the bot did.
            eventually(lambda: box.state()["counters"].get("slack.events.acknowledged") == 3)
            assert seen[0]["files"][0]["mode"] == "email"
        state = box.state()
        assert state["violations"] == []
        surfaces = [one["surface"] for one in box.http.get("/_control/posted").json()]
        assert surfaces == ["message", "modal", "options", "message"]
