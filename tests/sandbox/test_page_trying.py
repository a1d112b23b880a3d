"""What the page offers for trying things out: a mail of one's own, failures, another language."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import pytest

from tests.sandbox.browser import Chromium, Page
from tests.sandbox.socket_bot import connected_bot

pytestmark = pytest.mark.needs("chromium")

OWN = (
    "From: Max Mustermann <max.mustermann@example.de>\r\nTo: info@nordlicht.example\r\nSubject: Der Keller\r\n"
    "Message-ID: <keller@mail.example.de>\r\n\r\nGibt es einen Keller?\r\n"
)
DROP = """new Promise((resolve) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of Object.entries(%s)) dataTransfer.items.add(new File([text], name));
  const happens = (kind) => document.body.dispatchEvent(
    new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  happens("dragenter");
  requestAnimationFrame(() => {
    const sign = document.getElementById("drop");
    const said = sign.hidden ? "" : sign.textContent;
    happens("drop");
    resolve([said, sign.hidden]);
  });
})"""


async def drop(page: Page, files: Mapping[str, str]) -> list[object]:
    """Drop files onto the page; what it said while they hung over it, and whether that is gone."""
    said: list[object] = await page.ask(DROP % json.dumps(files))
    return said


async def dismiss(page: Page) -> None:
    await page.ask("document.querySelectorAll('.toast button').forEach((button) => button.click())")


def test_a_mail_that_is_dropped_arrives_as_a_forward(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(f"{sandbox}/?user=U0BEN", 390, 844) as page:
            assert await drop(page, {"own.eml": OWN}) == ["Drop the mail (.eml) to send it to #anfragen", True]
            await page.shows("Ben Okafor forwarded “Der Keller” to #anfragen.", ".toasts")
            [file] = (await bot.got("message"))["event"]["files"]
            assert (file["subject"], file["from"][0]["address"]) == ("Fwd: Der Keller", "ben.okafor@nordlicht.example")
            assert "From: Max Mustermann <max.mustermann@example.de>" in file["plain_text"]
            boxes = (await bot.state())["mailboxes"]
            assert [one["subject"] for box in boxes for one in box["mails"] if "keller@" in one["message_id"]] == [
                "Der Keller"
            ]
            # Once more: it lies in the mailbox already.
            await dismiss(page)
            await drop(page, {"own.eml": OWN})
            await page.shows("forwarded “Der Keller”", ".toasts")
            boxes = (await bot.state())["mailboxes"]
            assert sum("keller@" in one["message_id"] for box in boxes for one in box["mails"]) == 1

    asyncio.run(story())


def test_what_is_no_mail_is_said_and_sends_nothing(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:
            before = len((await bot.state())["messages"])
            await drop(page, {"notes.txt": "hello", "empty.eml": "", "broken.eml": "no mail", "big.eml": ""})
            await page.shows("“notes.txt” is not a mail. In your mail program save the mail as an .eml file", ".toasts")
            await page.shows("“empty.eml” is empty", ".toasts")
            await page.shows("“broken.eml” cannot be read as a mail", ".toasts")
            await page.ask(
                "import('/page/mailfile.js').then(({ sendMailFiles }) =>"
                " sendMailFiles([new File([new Uint8Array(26 * 1024 * 1024)], 'large.eml')]))"
            )
            await page.shows("“large.eml” is too large (26 MB): a mail may have 25 MB.", ".toasts")
            await page.click("Linkbot: home")
            await drop(page, {"own.eml": OWN})
            await page.shows("Go to a channel first", ".toasts")
            assert len((await bot.state())["messages"]) == before

    asyncio.run(story())


def test_failures_are_switched_on_and_off_in_plain_words(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(sandbox) as page:

            async def set_faults() -> list[tuple[str, str]]:
                return [(one["where"], one["kind"]) for one in (await bot.state())["faults"]]

            await page.click("Let something fail", "summary")
            await page.click("onOffice is down", "label")
            await page.shows("1 on", ".failing")
            assert await set_faults() == [("onoffice", "status")]
            await page.click("onOffice is slow", "label")  # instead
            await page.until("!named('label', 'onOffice is down').querySelector('input').checked")
            assert await set_faults() == [("onoffice", "slow")]
            await page.click("Zoho refuses the token", "label")
            await page.shows("2 on", ".failing")
            assert await set_faults() == [("onoffice", "slow"), ("zoho.token", "status"), ("zoho", "status")]
            await bot.control("faults", where="slack.chat.update", kind="status", value=500, times=1)
            await page.shows("slack.chat.update fails", ".crm")  # what another program set
            await page.click("Zoho refuses the token", "label")
            await page.click("onOffice is slow", "label")
            await page.until("!document.querySelector('.failing .count').textContent")
            assert await set_faults() == [("slack.chat.update", "status")]

    asyncio.run(story())


def test_a_person_sets_their_language(sandbox: str, chromium: Chromium) -> None:
    async def story() -> None:
        async with connected_bot(sandbox) as bot, chromium.page(f"{sandbox}/?channel=home") as page:
            await page.shows("Anna’s Slack is in", ".sidebar")
            before = len([one for one in bot.came if one.get("event", {}).get("type") == "app_home_opened"])
            await page.ask(
                "(() => { const list = document.querySelector('.language select'); list.value = 'de-DE';"
                " list.dispatchEvent(new Event('change')); })()"
            )
            await page.until("document.querySelector('.language select').value === 'de-DE'")
            [anna] = [one for one in (await bot.state())["users"] if one["id"] == "U0ANNA"]
            assert anna["locale"] == "de-DE"
            while len([one for one in bot.came if one.get("event", {}).get("type") == "app_home_opened"]) <= before:
                await asyncio.sleep(0.02)  # the Home tab that is in view is asked for anew
            while "Clara’s Slack is in" not in await page.text(".sidebar"):  # a click may meet a list that is made anew
                await page.click("Clara Nowak")
                await asyncio.sleep(0.2)
            assert await page.ask("document.querySelector('.language select').value") == "de-DE"

    asyncio.run(story())
