"""Nothing is done twice: redeliveries, the same mail again, double clicks, two people."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.journeys.test_who_may import SIGNING_SECRET, signed
from tests.journeys.world import ANFRAGEN, ANNA, BEN, World, german_mail, shown, wait_for


def cards(world: World, ts: str) -> list[str]:
    return [m["ts"] for m in world.replies(ts) if m.get("blocks")]


def test_a_redelivered_event_makes_no_second_card(world: World) -> None:
    mail = german_mail()
    sent = world.call("mail", to_channel=ANFRAGEN, **mail.forward())
    world.card(sent["ts"], "I would link it to")
    before = world.count("proposal")
    for _ in range(3):
        world.call("redeliver", event_id=sent["event_id"])
    marker = world.send(german_mail())
    world.card(marker, "I would link it to")  # what came after has been done, so what came before has too
    assert len(cards(world, sent["ts"])) == 1
    assert world.count("proposal") == before + 1


def test_an_uploaded_file_of_which_slack_tells_in_several_events_has_one_card(world: World) -> None:
    """A workspace whose app has the file events, too, is told of one file three times; and once more as it changes."""
    if world.mode != "http":
        return  # in Socket Mode nobody but Slack can tell the bot anything
    named = {"name": "Anfrage.eml", "content_base64": base64.b64encode(german_mail().raw().encode()).decode()}
    ts = world.call("message", user=ANNA, channel=ANFRAGEN, text="", files=[named])["ts"]
    world.card(ts, "I would link it to")
    (message,) = (m for m in world.state("messages")["messages"] if m["ts"] == ts)
    file, now = message["files"][0], time.time()
    before = world.count("proposal")
    told = {"file_id": file["id"], "file": {"id": file["id"]}, "user_id": ANNA, "channel_id": ANFRAGEN}
    events = [{"type": kind, "event_ts": ts, **told} for kind in ("file_created", "file_shared", "file_public")]
    changed = {"type": "message", "subtype": "message_changed", "channel": ANFRAGEN, "ts": ts, "hidden": True}
    events.append({**changed, "message": {**message, "edited": {"user": ANNA, "ts": ts}}, "previous_message": message})
    for i, event in enumerate(events):
        body = {"type": "event_callback", "team_id": "T0SANDBOX", "event_id": f"EvFile{i}", "event": event}
        raw = json.dumps(body).encode()
        answer = httpx.post(f"{world.bot_url}/slack/events", content=raw, headers=signed(raw, SIGNING_SECRET, now))
        assert answer.status_code in (200, 404), event["type"]  # Slack is told what the bot does not listen to
    marker = world.send(german_mail())
    world.card(marker, "I would link it to")
    assert len(cards(world, ts)) == 1
    assert world.count("proposal") == before + 1


def test_the_same_mail_forwarded_twice_keeps_its_one_proposal(world: World) -> None:
    mail = german_mail()
    first = world.send(mail)
    world.card(first, "I would link it to")
    second = world.send(mail, **{"from": "Ben Okafor <ben.okafor@nordlicht.example>"})
    assert "see the card" in world.reply(second, "This mail is here already")["text"]
    assert not cards(world, second)


def test_the_same_mail_forwarded_by_several_at_once_has_one_card_and_the_others_are_told(world: World) -> None:
    mail = german_mail()
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda _: world.send(mail), range(3)))

    def answered() -> bool:
        return all(any(m["ts"] != ts for m in world.replies(ts)) for ts in sent)

    wait_for(answered, "an answer in each thread")
    with_card = [ts for ts in sent if cards(world, ts)]
    assert [len(cards(world, ts)) for ts in with_card] == [1]
    for ts in set(sent) - set(with_card):
        world.reply(ts, "This mail is here already")


def test_two_presses_at_once_make_one_vendor_call(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    calls = world.counter("onoffice.emailassignments")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda user: world.press(card, "Link", user), (ANNA, ANNA)))
    world.card(ts, "Linked by <@U0ANNA>")
    assert world.counter("onoffice.emailassignments") == calls + 1
    assert len(world.log(mail.message_id)) == 2


def test_two_people_at_once_one_wins_and_the_other_is_told_who(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    calls = world.counter("onoffice.emailassignments")
    told = len(world.state("ephemerals")["ephemerals"])
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda user: world.press(card, "Link", user), (ANNA, BEN)))
    winner = ANNA if "<@U0ANNA>" in shown(world.card(ts, "Linked by")) else BEN
    loser = BEN if winner == ANNA else ANNA
    world.told(loser, f"<@{winner}> was first")
    assert [m["user"] for m in world.state("ephemerals")["ephemerals"][told:]] == [loser]
    assert world.counter("onoffice.emailassignments") == calls + 1
    assert {row.linked_by for row in world.log(mail.message_id)} == {winner}
