"""Pictures of cards and windows in their states, made by the whole bot in a sandbox: `python -m benchmarks.gallery`.

Writes docs/images/gallery/*.png and docs/gallery.md. Needs Chromium; it takes some minutes. With names of states
(`python -m benchmarks.gallery summary home`) only their pictures are made anew.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import gallery_creating, gallery_quiet
from benchmarks import gallery_states as more_states
from tests.journeys.world import ANFRAGEN, ANNA, SALES, Mail, World, english_mail, german_mail, wait_for
from tests.sandbox.browser import Chromium, Page

FOLDER = Path(__file__).parent.parent / "docs" / "images" / "gallery"
PAGE = Path(__file__).parent.parent / "docs" / "gallery.md"
TALL = 500
WIDE, PHONE = (1280, 900), (390, 844)
LANGUAGES = {"en": "English", "de": "German"}
LOCALES = {"en": "en-US", "de": "de-DE"}
WORDS = {
    "en": {
        "offered": "I would link it to",
        "unsure": "Not sure, so not chosen",
        "nothing": "I found nobody",
        "link": "Link",
        "linked": "Linked by",
        "change": "Change…",
        "more": "More fields…",
        "elsewhere": "Belongs elsewhere…",
        "not_now": "Not now",
        "aside": "Take up again",
        "undo": "Undo",
        "undone": "Taken back by",
        "failed": "Not linked",
        "held": "because of",
        "later": "Later",
        "put_off": "Put off by",
        "is_there": "is in onOffice now",
        "partly": "Linked in part",
        "perhaps": "Perhaps linked",
        "expired": "Nobody decided upon",
        "portal": "as an enquiry from a portal",
        "learned": "🎓",
        "bare": "A mail came in",
        "create": "Create",
        "together": "8 mails came together",
        "link_sure": "Link all the sure ones",
        "walk_rest": "Go through the rest",
        "skip": "Skip",
        "six_linked": "6 of 8 linked",
        "find": "Search the CRM…",
        "digest": "Last week in this channel",
    },
    "de": {
        "offered": "Ich würde diese Mail verknüpfen mit",
        "unsure": "Nicht sicher, daher nicht ausgewählt",
        "nothing": "niemanden und nichts gefunden",
        "link": "Verknüpfen",
        "linked": "Verknüpft von",
        "change": "Ändern …",
        "more": "Weitere Felder …",
        "elsewhere": "Gehört woanders hin …",
        "not_now": "Jetzt nicht",
        "aside": "Wieder aufnehmen",
        "undo": "Rückgängig",
        "undone": "Rückgängig gemacht von",
        "failed": "Nicht verknüpft",
        "held": "wegen",
        "later": "Später",
        "put_off": "Auf später verschoben",
        "is_there": "ist jetzt in onOffice",
        "partly": "Zum Teil verknüpft",
        "perhaps": "Vielleicht verknüpft",
        "expired": "lange niemand entschieden",
        "portal": "Anfrage von einem Portal",
        "learned": "🎓",
        "bare": "Eine Mail ist gekommen",
        "create": "nlegen",
        "together": "8 Mails sind zusammen gekommen",
        "link_sure": "Alle sicheren verknüpfen",
        "walk_rest": "Den Rest durchgehen",
        "skip": "Überspringen",
        "six_linked": "6 von 8 verknüpft",
        "find": "Im CRM suchen …",
        "digest": "Die letzte Woche in diesem Channel",
    },
}


@dataclass(frozen=True)
class State:
    """A state of a card or a window, and how it is reached. `name` is that of its pictures."""

    name: str
    title: str
    reach: Callable[[World, dict[str, str]], tuple[str, str]]
    window: bool = False
    selector: str = ".message.reply"


def _offered(world: World, say: dict[str, str], mail: Mail | None = None, channel: str = ANFRAGEN) -> dict[str, Any]:
    mail = mail or german_mail()
    world.lay(mail)
    return world.card(world.send(mail, channel), say["offered"])


def _place(card: dict[str, Any]) -> tuple[str, str]:
    return str(card["channel"]), str(card["thread_ts"])


def certain(world: World, say: dict[str, str]) -> tuple[str, str]:
    return _place(_offered(world, say))


def in_the_way(world: World, say: dict[str, str]) -> tuple[str, str]:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[523], estateid=2651)
    return _place(world.card(world.send(mail), say["offered"], "NL-2651"))


def which(world: World, say: dict[str, str]) -> tuple[str, str]:
    mail = german_mail()
    mail.sender, mail.subject = "S. Müller <s.mueller@unbekannt.example>", "Rückruf"
    mail.text = "Guten Tag,\n\nbitte rufen Sie mich zurück.\n\nMüller\n"
    return _place(world.card(world.send(mail), say["unsure"]))


def nothing(world: World, say: dict[str, str]) -> tuple[str, str]:
    mail = german_mail()
    mail.sender, mail.subject = "Quirin Zwölfaxing <quirin@zwoelfaxing.example>", "Eine Frage"
    mail.text = "Guten Tag,\n\nich habe eine Frage.\n\nQuirin Zwölfaxing\n"
    return _place(world.card(world.send(mail), say["nothing"]))


def zoho(world: World, say: dict[str, str]) -> tuple[str, str]:
    content = base64.b64encode(b"%PDF-1.4 invented").decode()
    attached = [{"filename": "Quote.pdf", "mimetype": "application/pdf", "content_base64": content}]
    mail = english_mail()
    return _place(world.card(world.send(mail, SALES, attachments=attached), say["offered"], "Quote.pdf"))


def linked(world: World, say: dict[str, str]) -> tuple[str, str]:
    card = _offered(world, say)
    world.press(card, say["link"])
    return _place(world.card(card["thread_ts"], say["linked"]))


def undone(world: World, say: dict[str, str]) -> tuple[str, str]:
    channel, thread = linked(world, say)
    world.press(world.card(thread, say["linked"]), say["undo"])
    world.card(thread, say["undone"])
    return channel, thread


def failed(world: World, say: dict[str, str]) -> tuple[str, str]:
    card = world.card(world.send(german_mail()), say["offered"])  # in no mailbox
    world.press(card, say["link"])
    return _place(world.card(card["thread_ts"], say["failed"]))


def aside(world: World, say: dict[str, str]) -> tuple[str, str]:
    card = _offered(world, say)
    world.press(card, say["not_now"])
    return _place(world.card(card["thread_ts"], say["aside"]))


def change(world: World, say: dict[str, str]) -> tuple[str, str]:
    mail = german_mail()
    world.lay(mail)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[523], estateid=None)
    card = world.card(world.send(mail), say["offered"])
    world.press(card, say["change"])
    _window(world, "keep.onoffice", "pick.onoffice.person", gone="looking.onoffice")
    return _place(card)


def more(world: World, say: dict[str, str]) -> tuple[str, str]:
    place = change(world, say)
    view = _window(world, "pick.onoffice.person")
    world.call("press", user=ANNA, view_id=view["id"], text=say["more"])
    _window(world, "pick.zoho.person")
    return place


def elsewhere(world: World, say: dict[str, str]) -> tuple[str, str]:
    channel, thread = linked(world, say)
    world.press(world.card(thread, say["linked"]), say["elsewhere"])
    _window(world, "wrong.onoffice")
    return channel, thread


def _window(world: World, *blocks: str, gone: str = "") -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        views = [view for view in world.state("views")["views"] if view["user"] == ANNA]
        names = [{str(block.get("block_id")) for block in view["blocks"]} for view in views]
        fit = [view for view, there in zip(views, names, strict=True) if set(blocks) <= there and gone not in there]
        return fit[-1] if fit else None

    return wait_for(look, f"a window with {blocks}")


STATES = (
    State("certain", "Person and property are certain", certain),
    State("which", "It is unclear who is meant", which),
    State("nothing", "Nothing is found", nothing),
    State("in-the-way", "Another property is in the way", in_the_way),
    State("zoho", "Zoho CRM, with an attachment", zoho),
    State("linked", "Linked and verified", linked),
    State("undone", "Taken back", undone),
    State("failed", "The mail is in no mailbox", failed),
    State("aside", "Put aside", aside),
    State("change", "The window behind Change…", change, window=True),
    State("more", "The same window with all fields", more, window=True),
    State("elsewhere", "The window behind Belongs elsewhere…", elsewhere, window=True),
    State("partly", "Linked in part", more_states.partly),
    State("perhaps", "Nobody knows whether it was linked", more_states.perhaps),
    State("expired", "Nobody decided for a long time", more_states.expired),
    State("portal", "An enquiry of a portal", more_states.portal),
    State("learned", "Words were learned", more_states.learned),
    State("create", "The window behind Create…", more_states.create, window=True),
    State("create-hits", "Somebody is there who may be the same", gallery_creating.there_already, window=True),
    State("created", "Created, linked, and noted as interested", gallery_creating.created),
    State("create-unknown", "Nobody knows whether it was created", gallery_creating.unknown),
    State("create-refused", "The CRM refuses to create", gallery_creating.refused, window=True),
    State("summary", "Eight mails dropped at once", more_states.summary),
    State("summary-linked", "The sure ones of them are linked", more_states.summary_linked),
    State("walk", "The window that goes through the rest", more_states.walk, window=True),
    State("home", "The Home tab", more_states.home, selector=".home"),
    State("find", "The search in Home", more_states.find, window=True),
    State("digest", "The weekly digest", more_states.digest, selector=".message:not(.reply)"),
    State("bare", "In a channel with another company", more_states.bare),
    State("parked", "Put off until what it names is in the CRM", gallery_quiet.parked),
    State("woken", "What it waited for is there", gallery_quiet.woken),
    State("never", "On the never-link list: what its forwarder alone sees", gallery_quiet.never),
    State("settings", "The window behind /link settings", gallery_quiet.channel_settings, window=True),
)


async def _picture(page: Page, selector: str, path: Path) -> None:
    """The last element of that selector, as a PNG of its own size."""
    node = f"[...document.querySelectorAll({selector!r})].at(-1)"
    await page.until(node)
    await asyncio.sleep(0.4)  # a picture may be asked for while the page still moves
    measure = (
        f"(() => {{ const n = {node}; n.scrollIntoView({{block: 'nearest'}}); const b = n.getBoundingClientRect();"
        " return [b.x + scrollX, b.y + scrollY, b.width, b.height]; })()"
    )
    box = await page.ask(measure)
    if box[3] > TALL:  # then the page is made as high as what is to be seen
        width = await page.ask("innerWidth")
        await page.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=int(box[3]) + TALL,
            deviceScaleFactor=1,
            mobile=False,
        )
        await asyncio.sleep(0.6)
        box = await page.ask(measure)
    clip = {"x": box[0], "y": box[1], "width": box[2], "height": box[3], "scale": 1}
    shot = await page.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=False)
    path.write_bytes(base64.b64decode(shot["data"]))


async def _pictures(world: World, chromium: Chromium, language: str, only: Collection[str]) -> None:
    for state in [one for one in STATES if not only or one.name in only]:
        channel, thread = state.reach(world, WORDS[language])
        for width, size in (("wide", WIDE), ("phone", PHONE)):
            url = f"http://127.0.0.1:{world.port}/?channel={channel}&thread={thread}&user={ANNA}"
            async with chromium.page(url, *size) as page:
                selector = "dialog" if state.window else state.selector
                await _picture(page, selector, FOLDER / f"{state.name}-{language}-{width}.png")
        for view in world.state("views")["views"]:
            world.call("close", user=view["user"], view_id=view["id"])


def written() -> str:
    """The page with all pictures."""
    lines = [
        "# Gallery",
        "",
        "What the bot shows in the sandbox: cards, windows, Home, messages, wide and on a phone of 390 px. Made by",
        "`python -m benchmarks.gallery`; all people in it are invented.",
    ]
    for state in STATES:
        lines += ["", f"## {state.title}", "", "| | wide | phone |", "|---|---|---|"]
        for language, called in LANGUAGES.items():
            wide, phone = (f"images/gallery/{state.name}-{language}-{width}.png" for width in ("wide", "phone"))
            alt = f"{state.title}, in {called}"
            lines.append(f"| {called} | ![{alt}]({wide}) | ![{alt}, on a phone]({phone}) |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make all pictures and the page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder, Chromium.running(Path(folder) / "profile") as chromium:
            world = World(
                Path(folder),
                f"sqlite:///{folder}/linkbot.db",
                "socket",
                LINKBOT_LANGUAGE=language,
                LINKBOT_NEVER="Kündigung",
                LINKBOT_MAY_SET=ANNA,
            )
            world.start()
            try:
                world.call("person", user=ANNA, locale=LOCALES[language])
                asyncio.run(_pictures(world, chromium, language, sys.argv[1:]))
            finally:
                world.stop()
    PAGE.write_text(written(), "utf-8")


if __name__ == "__main__":
    main()
