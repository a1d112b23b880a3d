"""The page in a real browser against the real sandbox, with a small bot behind Socket Mode."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.browser import CHROMIUM, Chromium, Page, dumped
from tests.sandbox.socket_bot import JSON, PATIENCE, Bot, connected_bot

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="The sandbox's page is tried in Chromium, which is not here. On Debian or Ubuntu: apt-get install chromium",
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """The address of a running sandbox."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sandbox", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 3 * PATIENCE
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/_control/state", timeout=1).close()  # noqa: S310 - own address
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < until, "the sandbox did not start"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium.start(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.stop()


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str, **more: Any) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


CONFIRM = {
    "title": plain("Put it aside?"),
    "text": plain("It stays here."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
CARD = [
    {"type": "header", "text": plain("Besichtigung Lindenstr. 12")},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Max Mustermann* wrote to <@U0ANNA> &lt;b&gt;now&lt;/b&gt;"},
    },
    {"type": "section", "text": plain("<img src=x onerror=alert(1)>")},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "_mail address_ `max@example.de`"}]},
    {
        "type": "actions",
        "elements": [
            button("Link", "link", style="primary"),
            button("Change…", "change"),
            button("Not now", "dismiss", style="danger", confirm=CONFIRM),
        ],
    },
]
MODAL = {
    "type": "modal",
    "callback_id": "change",
    "title": plain("Change the links"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "person",
            "label": plain("Person"),
            "element": {"type": "external_select", "action_id": "person", "min_query_length": 2},
        },
        {
            "type": "input",
            "block_id": "note",
            "label": plain("Note"),
            "element": {"type": "plain_text_input", "action_id": "note", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "also",
            "optional": True,
            "label": plain("Also"),
            "element": {
                "type": "checkboxes",
                "action_id": "also",
                "options": [{"text": plain("The attachments"), "value": "files"}],
            },
        },
    ],
}


async def post_card(bot: Bot, channel: str = "C0ANFRAGEN", thread_ts: str | None = None) -> None:
    more = {"thread_ts": thread_ts} if thread_ts else {}
    await bot.api("chat.postMessage", channel=channel, text="A mail", blocks=CARD, **more)


# What a person sees and does


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


def test_a_modal_is_filled_in_with_the_keyboard(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            names = ["Stefan Müller", "Stefanie Müller"]
            refusals = [{"note": "Please say why."}]

            async def open_modal(payload: JSON) -> None:
                await bot.api("views.open", trigger_id=payload["trigger_id"], view=MODAL)

            async def offer(_: JSON) -> JSON:
                return {"options": [{"text": plain(name), "value": name.split()[0]} for name in names]}

            async def refuse_once(_: JSON) -> JSON | None:
                return {"response_action": "errors", "errors": refusals.pop()} if refusals else None

            bot.answers = {"block_actions": open_modal, "block_suggestion": offer, "view_submission": refuse_once}
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
            assert values["person"]["person"]["selected_option"]["value"] == "Stefanie"
            assert values["note"]["note"]["value"] == "first try"
            assert [one["value"] for one in values["also"]["also"]["selected_options"]] == ["files"]

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
