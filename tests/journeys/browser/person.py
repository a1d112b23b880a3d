"""A person at the sandbox's page, in Chromium: what they click, type and read, named by the words that they see.

What is looked for is waited for; where it does not come, Playwright says what was there instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Locator, expect, sync_playwright

from tests.journeys.world import PATIENCE, Mail, World
from tests.needs import need

# The stories of the page, with how many presses and windows they take now.
ROW = re.compile(r"\| (?P<story>[^|]+) \| [^|]*\| \d+ \| (?P<presses>\d+)[^|]*\| (?P<windows>\d+) \|")
PAGE = Path(__file__).parents[3] / "docs" / "presses.md"
TABLE = {row["story"]: (int(row["presses"]), int(row["windows"])) for row in ROW.finditer(PAGE.read_text("utf-8"))}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that the system has; none is fetched."""
    path = need("chromium")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Part:
    """A part of the page: a card, a window, the whole. `touches` is what its person has pressed, chosen and typed."""

    def __init__(self, place: Locator, touches: list[str]) -> None:
        self.place = place
        self.touches = touches

    def sees(self, *words: str) -> None:
        """All these words stand here, now or soon."""
        for one in words:
            expect(self.place).to_contain_text(one)

    def sees_no(self, *words: str) -> None:
        """It is here, and none of these words stand in it, now or soon."""
        for one in words:
            expect(self.place).not_to_contain_text(one)

    def is_gone(self) -> None:
        """It is not here, or soon is not."""
        expect(self.place).to_have_count(0)

    def presses(self, name: str) -> None:
        """The button of that name, and no other."""
        self.place.get_by_role("button", name=name, exact=True).click()
        self.touches.append(name)

    def aims_at(self, name: str) -> Callable[[], None]:
        """The button of that name as it stands here now; pressed when called, whatever has become of it by then."""
        button = self.place.get_by_role("button", name=name, exact=True).element_handle()
        return lambda: button.dispatch_event("click")

    def closes(self) -> None:
        """The cross in a window's corner."""
        self.place.locator("header").get_by_role("button", name="Close").click()

    def ticks(self, option: str) -> None:
        self.place.get_by_label(option).check()
        self.touches.append(option)

    def finds(self, field: str, words: str, record: str) -> None:
        """Type words into a field that searches, and choose a record of those that it offers."""
        box = self.place.get_by_role("combobox", name=field)
        box.click()
        box.press_sequentially(words)
        self.place.get_by_role("option").filter(has_text=record).first.click()
        self.touches += [field, words, record]

    def chooses(self, field: str, option: str) -> None:
        """Choose of the few that a field has."""
        self.place.get_by_role("combobox", name=field).click()
        self.place.get_by_role("option").filter(has_text=option).first.click()
        self.touches += [field, option]

    def reads(self) -> str:
        """All that stands here now."""
        return self.place.inner_text()


class Person(Part):
    """Somebody who has the workspace open in a browser of their own."""

    def __init__(self, browser: Browser, world: World, user: str) -> None:
        self.page = browser.new_context(reduced_motion="reduce").new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"http://127.0.0.1:{world.port}/?user={user}")
        super().__init__(self.page.locator("body"), [])
        self.world = world
        self.left = Part(self.page.get_by_role("navigation"), self.touches)

    def leaves(self) -> None:
        """Close the browser; the page must have reported no error of its own."""
        self.page.context.close()
        assert self.errors == []

    @contextmanager
    def story(self, name: str) -> Iterator[None]:
        """A story of docs/presses.md: it takes as many presses and windows as stand there."""
        before, windows = len(self.touches), self._windows()
        yield
        touches = self.touches[before:]
        assert (len(touches), self._windows() - windows) == TABLE[name], touches

    def _windows(self) -> int:
        """How many windows the bot has opened."""
        return self.world.counter("slack.views.open") + self.world.counter("slack.views.push")

    # What they look at

    def card(self, words: str) -> Part:
        """The newest of the bot's answers in a thread with these words: the card of a mail, by its subject."""
        return Part(self.page.locator(".message.reply:not(.ephemeral)").filter(has_text=words).last, self.touches)

    def whisper(self, words: str) -> Part:
        """The newest of what this person alone sees with these words."""
        return Part(self.page.locator(".message.ephemeral").filter(has_text=words).last, self.touches)

    @property
    def window(self) -> Part:
        """The one that lies on top."""
        return Part(self.page.locator("dialog").last, self.touches)

    # What they do

    def opens(self, name: str) -> None:
        """Go to a channel, or to the bot's Home."""
        self.left.presses(name)

    def forwards(self, mail: Mail, channel: str = "anfragen") -> Part:
        """Forward a mail to the address of a channel; gives its card, which will come."""
        written = mail.forward()
        self.left.presses("Send a mail")
        self.page.get_by_text("Write one of your own").click()
        self.page.get_by_label("Arrives in").select_option(label=f"#{channel}")
        for label, name in (("From", "from"), ("To", "to"), ("Subject", "subject"), ("Text", "text")):
            self.page.get_by_label(label, exact=True).fill(written[name])
        self.window.presses("Send this mail")
        return self.card(mail.subject)

    def sends(self, title: str, subject: str) -> Part:
        """One of the demo's mails by its title; gives its card, which will come."""
        self.left.presses("Send a mail")
        self.page.locator("dialog .seed").filter(has_text=title).click()
        return self.card(subject)

    def drops(self, mails: Sequence[Mail]) -> None:
        """Upload mails as files into the channel in view, all at once."""
        files: list[FilePayload] = [
            {"name": f"Mail {number}.eml", "mimeType": "message/rfc822", "buffer": mail.raw().encode()}
            for number, mail in enumerate(mails)
        ]
        with self.page.expect_file_chooser() as chooser:
            self.presses("Upload a file")
        chooser.value.set_files(files)

    def writes(self, text: str) -> None:
        """Type into the field at the foot of the channel, a command too, and send it."""
        field = self.page.locator("#composer textarea")
        field.fill(text)
        field.press("Enter")
        self.touches.append(text)
