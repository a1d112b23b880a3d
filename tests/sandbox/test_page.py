"""The page in a real browser against the real sandbox, with a small bot behind Socket Mode."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.sandbox.browser import Chromium, Page, dumped
from tests.sandbox.pagebox import button, post_card
from tests.sandbox.socket_bot import connected_bot

pytestmark = pytest.mark.needs("chromium")


def test_a_plain_screenshot_shows_the_first_state(sandbox: str, tmp_path: Path) -> None:
    async def post() -> None:
        async with connected_bot(sandbox) as bot:
            await post_card(bot, "C0SALES")

    asyncio.run(post())
    document = dumped(f"{sandbox}/?user=U0BEN&channel=C0SALES", tmp_path)
    assert "Besichtigung Lindenstr. 12" in document
    assert re.search(r'aria-current="page"[^>]*>.*?sales', document)
    assert re.search(r'aria-pressed="true"[^>]*data-user="U0BEN"', document)


def test_a_card_is_shown_as_written_and_pressed(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            await bot.control("message", user="U0BEN", channel="C0ANFRAGEN", text="Look at this")
            await page.shows("Look at this", "#messages")
            ts = await page.ask("document.querySelector('.message').dataset.ts")
            await post_card(bot, thread_ts=ts)
            # The thread opens by itself when the bot answers in it.
            await page.shows("Besichtigung Lindenstr. 12", ".message.reply h3")
            await page.shows("wrote to @Anna Berger <b>now</b>", ".message.reply")
            await page.shows("<img src=x onerror=alert(1)>", ".message.reply")
            assert await page.ask("document.querySelectorAll('.message img, .message-body b b').length") == 0
            assert await page.ask("document.querySelector('.message.reply .text b').textContent") == "Max Mustermann"
            await page.click("Link")
            pressed = await bot.got("block_actions")
            assert pressed["user"]["id"] == "U0ANNA"
            assert [one["action_id"] for one in pressed["actions"]] == ["link"]
            assert pressed["container"]["thread_ts"] == ts

    asyncio.run(story())


def test_a_press_with_a_confirmation_waits_for_it(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            await post_card(bot)
            await page.click("Not now")
            await page.shows("It stays here.", "dialog")
            await page.press("Escape")
            await page.until("!document.querySelector('dialog')")
            await page.click("Link")
            await bot.presses("link")  # and not what was not confirmed
            await page.click("Not now")
            await page.click("Yes", within="dialog")
            await page.until("!document.querySelector('dialog')")
            await bot.presses("link", "dismiss")

    asyncio.run(story())


def test_what_is_typed_is_a_message_or_the_command(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(f"{sandbox}/?user=U0BEN") as page:
            await page.ask("document.querySelector('#composer textarea').focus()")
            await page.type("@Linkbot 3 < 4 & info@example.de")
            await page.press("Enter")
            await page.shows("@Linkbot 3 < 4 & info@example.de", ".message")
            event = (await bot.got("message"))["event"]
            assert event["text"] == "<@U0LINKBOT> 3 &lt; 4 &amp; <mailto:info@example.de|info@example.de>"
            await page.type("/link Betreff: Grüße & mehr")
            await page.press("Enter")
            command = await bot.got("/link")
            assert (command["user_id"], command["text"]) == ("U0BEN", "Betreff: Grüße & mehr")
            await page.type("/remind me")
            await page.press("Enter")
            await page.shows("/remind is not a command here", ".toasts")
            assert await page.ask("document.querySelector('#composer textarea').value") == "/remind me"

    asyncio.run(story())


def test_a_mail_arrives_and_is_linked_by_the_shortcut(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            await page.click("Send a mail", within=".sidebar")
            await page.until("document.querySelectorAll('dialog .seed').length >= 6")
            await page.ask("document.querySelector('dialog .seed').click()")
            await page.until("document.querySelector('#messages .mail') && !document.querySelector('dialog')")
            subject = await page.ask("document.querySelector('.mail h4').textContent")
            assert subject == "WG: Besichtigung Lindenstr. 12 (NL-2649)"
            short = await page.text(".mail-text")
            await page.click("Show the whole mail")
            assert len(await page.text(".mail-text")) > len(short)
            ts = await page.ask("document.querySelector('.message').dataset.ts")
            await post_card(bot, thread_ts=ts)
            await page.shows("Not now", ".message.reply")
            assert len(await page.text(".mail-text")) > len(short), "a reply folded the mail again"
            await page.click("More actions")
            await page.click("Link to CRM", "[role=menuitem]")
            used = await bot.got("message_action")
            assert used["callback_id"] == "link_mail"
            assert used["message"]["files"][0]["subject"] == subject

    asyncio.run(story())


def test_a_mail_of_ones_own(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(f"{sandbox}/?channel=C0SALES") as page:
            await page.click("Send a mail", within=".sidebar")
            await page.click("Write one of your own", "summary")
            for name, words in {
                "from": "Jürgen Özdemir <j@example.de>",
                "subject": "Schlüssel",
                "text": "Hallo!",
            }.items():
                await page.ask(f"document.querySelector('dialog [name={name}]').focus()")
                await page.type(words)
            await page.click("Send this mail")
            await page.shows("Schlüssel", ".mail h4")
            await page.shows("Jürgen Özdemir", ".mail dl")
            assert (await bot.got("message"))["event"]["channel"] == "C0SALES"

    asyncio.run(story())


def test_an_ephemeral_is_for_one_person(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            await bot.api("chat.postEphemeral", channel="C0ANFRAGEN", user="U0ANNA", text="A word to Anna")
            await page.shows("Only visible to you", ".message.ephemeral")
            await page.shows("A word to Anna", ".message.ephemeral")
            await page.click("Clara Nowak")
            await page.until("new URLSearchParams(location.search).get('user') === 'U0CLARA'")
            assert "A word to Anna" not in await page.text()
            await page.click("Anna Berger")
            await page.shows("A word to Anna")

    asyncio.run(story())


def test_the_home_tab_and_a_channel_without_the_bot(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(f"{sandbox}/?user=U0BEN") as page:
            await page.click("Linkbot: home")
            await page.shows("No home tab yet", "#messages")
            section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Two mails* wait"}}
            blocks = [section, {"type": "actions", "elements": [button("Show them", "show")]}]
            await bot.api("views.publish", user_id="U0BEN", view={"type": "home", "blocks": blocks})
            await page.shows("Two mails wait", ".home")
            await page.click("Show them")
            assert (await bot.got("block_actions"))["container"]["type"] == "view"
            await page.click("buero")
            await page.shows("Linkbot is not in #buero", "#messages")
            await page.click("Add Linkbot")
            await page.shows("Try Linkbot here", "#messages")

    asyncio.run(story())


def test_a_press_that_nobody_takes_is_said(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot:
            await post_card(bot)
        async with chromium.page(sandbox) as page:
            await page.click("Link")
            await page.shows("The bot is not connected", ".toasts")
            await page.shows("not connected", ".crm .wrong")
            await page.click("Dismiss")
            await page.until("!document.querySelector('.toast')")

    asyncio.run(story())


def test_the_panel_follows_the_crm_and_the_mailboxes(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            await page.shows("No mail is linked yet.", ".crm")
            await page.ask("[...document.querySelectorAll('.crm details')].forEach((one) => { one.open = true; })")
            state = await bot.state()
            [mail] = [one for box in state["mailboxes"] for one in box["mails"] if "NL-2649" in one["subject"]]
            linked = {"messageid": mail["message_id"], "addressIds": [601], "estateid": 2649}
            assert (await bot.control("onoffice/link", **linked))["ok"]
            raw = "From: Ada <ada@example.org>\r\nSubject: Nachtrag\r\nMessage-ID: <n1@example.org>\r\n\r\nHallo\r\n"
            await bot.control("mailbox", identity="info@nordlicht.example", folder="INBOX", raw=raw)
            await page.shows("Nachtrag", ".crm")
            await page.shows("Max Mustermann", ".crm .fact")
            await page.shows("Altbauwohnung am Lindenpark", ".crm .fact + .fact")

    asyncio.run(story())


def test_on_a_phone_everything_is_within_reach(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox, 390, 844) as page:
            await post_card(bot)
            await page.shows("Not now", "#messages")
            assert await page.ask("document.documentElement.scrollWidth") <= 390
            rights = "[...document.querySelectorAll('#messages *')].map((node) => node.getBoundingClientRect().right)"
            assert await page.ask(f"Math.max(...{rights})") <= 390
            await page.click("Channels and people")
            await page.click("sales")
            await page.shows("#sales", ".topbar")
            assert await page.ask("getComputedStyle(document.querySelector('.sidebar')).visibility") == "hidden"
            await page.click("CRMs")
            await page.until("getComputedStyle(document.querySelector('.crm')).visibility === 'visible'")
            await page.press("Escape")
            await page.until("getComputedStyle(document.querySelector('.crm')).visibility === 'hidden'")

    asyncio.run(story())


MRKDWN = {
    "*bold* and _italic_ and ~gone~": "<b>bold</b> and <i>italic</i> and <s>gone</s>",
    "snake_case_name 2*3*4": "snake_case_name 2*3*4",
    "*a _b_ c*": "<b>a <i>b</i> c</b>",
    "`*not bold*`": "<code>*not bold*</code>",
    "&lt;script&gt; &amp;amp;": "&lt;script&gt; &amp;amp;",
    "<script>alert(1)</script>": "scriptalert(1)/script",
    "<javascript:alert(1)|click>": "click",
    "<https://example.com/a_b_c?x=1&amp;y=2|a &amp; b>": (
        '<a href="https://example.com/a_b_c?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">a &amp; b</a>'
    ),
    "<@U0BEN> <#C0SALES> <!here>": (
        '<span class="mention">@Ben Okafor</span> '
        '<span class="mention">#sales</span> <span class="mention">@here</span>'
    ),
    ":tada: :no_such_emoji: 12:30:45": "🎉 :no_such_emoji: 12:30:45",
    "one\n&gt; two\n&gt; *three*\nfour": "one<br><blockquote>two<br><b>three</b><br></blockquote>four",
    "<!date^0^{nothing}|later>": '<time title="later">{nothing}</time>',
}


def test_mrkdwn_becomes_nodes_and_never_markup(sandbox: str, chromium: Chromium) -> None:
    async def rendered(page: Page, text: str) -> str:
        script = (
            "import('/page/mrkdwn.js').then(({mrkdwn}) => { const box = document.createElement('div');"
            f" box.append(...mrkdwn({json.dumps(text)})); return box.innerHTML; }})"
        )
        return str(await page.ask(script))

    async def story() -> None:
        async with chromium.page(sandbox) as page:
            await page.until("document.querySelector('.person')")
            assert {text: await rendered(page, text) for text in MRKDWN} == MRKDWN

    asyncio.run(story())
