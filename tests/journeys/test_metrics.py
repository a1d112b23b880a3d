"""What the bot did can be read as numbers and as lines in its log."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.journeys.world import World, german_mail, wait_for


def numbers(world: World) -> dict[str, float]:
    """Each number under /metrics, with all its labels added up."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(httpx.get(f"{world.bot_url}/metrics").text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def test_a_link_is_counted_and_logged(world: World) -> None:
    before = numbers(world) if world.mode == "http" else {}
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.card(ts, "Linked")
    for decision in ("arrival", "card", "press", "suggestion", "outcome"):
        wait_for(lambda: f"decision={decision} " in world.bot.output(), decision)  # noqa: B023 - waited for at once
    if world.mode == "http":
        after = numbers(world)
        for name in ("arrivals_total", "cards_total", "presses_total", "press_to_verified_seconds_count"):
            assert after[f"linkbot_{name}"] > before.get(f"linkbot_{name}", 0), name
