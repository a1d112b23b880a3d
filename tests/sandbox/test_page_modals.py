"""Modals and selects on the page in a real browser: what is chosen and typed arrives as Slack would send it."""

from __future__ import annotations

import asyncio

import pytest

from tests.sandbox.browser import Chromium
from tests.sandbox.pagebox import MODAL, plain, post_card
from tests.sandbox.socket_bot import JSON, Bot, connected_bot

pytestmark = pytest.mark.needs("chromium")


def opens(bot: Bot, view: JSON) -> None:
    """Every press opens this modal."""

    async def open_modal(payload: JSON) -> None:
        await bot.api("views.open", trigger_id=payload["trigger_id"], view=view)

    bot.answers["block_actions"] = open_modal


def offers(bot: Bot, *names: str) -> None:
    """Every search finds the options whose text contains what was typed."""

    async def offer(payload: JSON) -> JSON:
        found = [name for name in names if payload["value"] in name]
        return {"options": [{"text": plain(name), "value": name} for name in found]}

    bot.answers["block_suggestion"] = offer


def test_a_modal_is_filled_in_with_the_keyboard(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            refusals = [{"note": "Please say why."}]

            async def refuse_once(_: JSON) -> JSON | None:
                return {"response_action": "errors", "errors": refusals.pop()} if refusals else None

            opens(bot, MODAL)
            offers(bot, "Stefan Müller", "Stefanie Müller", "Emily Carter")
            bot.answers["view_submission"] = refuse_once
            await post_card(bot)
            await page.click("Change…")
            await page.shows("Change the links", "dialog")
            await page.until("document.activeElement.role === 'combobox'")
            await page.type("M")
            await page.shows("Type 2 or more letters", "[role=listbox]")
            await page.type("ü")
            await page.shows("Stefanie Müller", "[role=listbox]")
            assert [one["value"] for one in bot.came if one["type"] == "block_suggestion"] == ["Mü"]
            await page.press("ArrowDown")
            await page.press("Enter")
            assert await page.ask("document.activeElement.value") == "Stefanie Müller"
            await page.press("Tab")
            await page.type("first try")
            await page.click("Save", within="dialog")
            await page.shows("Please say why.", "dialog .error")
            assert await page.ask("document.querySelector('dialog textarea').value") == "first try"
            assert await page.ask("document.querySelector('dialog [role=combobox]').value") == "Stefanie Müller"
            assert await page.ask("document.activeElement.tagName") == "TEXTAREA"
            await page.click("The attachments", "label", within="dialog")
            await page.click("Save", within="dialog")
            await page.until("!document.querySelector('dialog')")
            values = (await bot.got("view_submission"))["view"]["state"]["values"]
            assert values["person"]["person"]["selected_option"]["value"] == "Stefanie Müller"
            assert values["note"]["note"]["value"] == "first try"
            assert [one["value"] for one in values["also"]["also"]["selected_options"]] == ["files"]

    asyncio.run(story())


def test_what_is_required_is_asked_for_before_anything_is_sent(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            opens(bot, MODAL)
            await post_card(bot)
            await page.click("Change…")
            await page.click("Save", within="dialog")
            await page.shows("Please fill this in.", "[data-block=person]")
            await page.shows("Please fill this in.", "[data-block=note]")
            assert await page.text("[data-block=also] .error") == ""
            await page.press("Escape")
            await page.until("!document.querySelector('dialog')")
            assert [one["type"] for one in bot.came if one["type"].startswith("view_")] == []

    asyncio.run(story())


def select(block_id: str, kind: str, **more: object) -> JSON:
    element = {"type": kind, "action_id": block_id, "min_query_length": 0, **more}
    return {"type": "input", "block_id": block_id, "optional": True, "label": plain(block_id), "element": element}


def option(name: str) -> JSON:
    return {"text": plain(name), "value": name}


SELECTS = {
    **MODAL,
    "blocks": [
        select("people", "multi_external_select", max_selected_items=2, initial_options=[option("Emily Carter")]),
        select("property", "external_select", initial_option=option("Lindenstraße 12")),
    ],
}


def test_several_are_chosen_and_the_only_one_is_taken_back(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            opens(bot, SELECTS)
            offers(bot, "Stefan Müller", "Stefanie Müller", "Emily Carter")
            await post_card(bot)
            await page.click("Change…")
            await page.shows("Emily Carter", "[data-block=people] .chip")
            await page.press("ArrowDown")
            await page.shows("Stefan Müller", "[role=listbox]")
            await page.press("Enter")
            await page.shows("Stefan Müller", "[data-block=people] .chip + .chip")
            await page.press("ArrowDown")
            await page.shows("Stefanie Müller", "[role=listbox]")
            await page.press("ArrowDown")
            await page.press("Enter")
            await page.shows("No more than 2 can be chosen", "[role=listbox]")
            await page.press("Escape")
            await page.click("Remove Emily Carter")
            await page.click("Clear: property")
            await page.click("Save", within="dialog")
            await page.until("!document.querySelector('dialog')")
            values = (await bot.got("view_submission"))["view"]["state"]["values"]
            assert [one["value"] for one in values["people"]["people"]["selected_options"]] == ["Stefan Müller"]
            assert values["property"]["property"]["selected_option"] is None
            assert await page.text(".toasts") == ""

    asyncio.run(story())
