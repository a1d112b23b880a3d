"""Workspaces install the app by OAuth, get a house each, take the app out, come back, and live side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.cli.manifest import for_several
from tests.journeys.world import ANFRAGEN, ANNA, World, english_mail, german_mail, shown, wait_for

TEAM, OTHER_TEAM = "T0SANDBOX", "T0OTHER"
MANIFEST = Path(__file__).parents[2] / "manifest.yml"


class Several(World):
    """A bot that no workspace has installed yet."""

    def start(self) -> None:
        manifest = self.folder / "manifest.yml"
        made = for_several(yaml.safe_load(MANIFEST.read_text("utf-8")), "https://linkbot.example.com")
        manifest.write_text(yaml.safe_dump(made), "utf-8")
        self.sandbox.command += ["--manifest", str(manifest)]
        self.sandbox.start()
        self.seeds = wait_for(self._found, "the sandbox")
        env = self.seeds["env"]
        shared = {name: env[name] for name in ("SLACK_SIGNING_SECRET", "SLACK_API_URL", "SLACK_FILE_HOSTS")}
        own = ("CRM", "DATABASE_URL")
        self.environment = {name: value for name, value in self.environment.items() if name not in own} | shared
        self.environment |= {
            "SLACK_CLIENT_ID": "1234567890.0987654321",
            "SLACK_CLIENT_SECRET": "sandbox-client-secret",
            "LINKBOT_WORKSPACES": str(self.folder / "workspaces"),
            "DATABASE_URL": self.database_url,
        }
        self.bot.environment = self.environment
        self.bot.command = ["bot", "run"]
        self.start_bot()

    def set_up(self, team: str = TEAM, crm: str = "onoffice") -> None:
        """Whoever runs the bot writes down the workspace's own settings."""
        env = {name: value for name, value in self.seeds["env"].items() if name.startswith(crm.upper())}
        lines = [f"CRM={crm}", *(f"{name}={value}" for name, value in env.items())]
        (self.folder / "workspaces" / team / ".env").write_text("\n".join(lines) + "\n")

    def begin_install(self, browser: httpx.Client, team: str = TEAM, answer: str = "Allow") -> str:
        """As far as Slack's answer: the address that takes the browser back to the bot."""
        page = browser.get(f"{self.bot_url}/slack/install")
        assert page.status_code == 200 and "Add to Slack" in page.text
        browser.headers["cookie"] = page.headers["set-cookie"].split(";")[0]  # over http, which a browser would not
        asked = httpx.get(unescape(re.findall(r'href="([^"]+)"', page.text)[-1]) + f"&team={team}")
        assert asked.status_code == 200, asked.text
        chosen = unescape(re.findall(rf'href="([^"]+answer={answer})"', asked.text)[0])
        went = httpx.get(f"http://127.0.0.1:{self.port}{chosen}")
        return str(went.headers["location"])

    def install(self, team: str = TEAM) -> str:
        with httpx.Client(timeout=30) as browser:
            done = browser.get(self.begin_install(browser, team))
            assert done.status_code == 200, done.text
            return done.text


class Beside(Several):
    """The same bot, seen and driven from another workspace."""

    def __init__(self, world: Several, team: str) -> None:
        self.__dict__ = {**world.__dict__}
        self.team = team

    def call(self, name: str, **body: Any) -> dict[str, Any]:
        return super().call(f"{name}?workspace={self.team}", **body)

    def state(self, *only: str) -> dict[str, Any]:
        here = super().state("workspaces")["workspaces"][self.team]
        return dict(here) if set(only) <= set(here) else super().state(*only)


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Several]:
    folder = tmp_path_factory.mktemp("several")
    world = Several(folder, f"sqlite:///{folder}/linkbot.db", "http")
    world.start()
    try:
        yield world
    finally:
        world.stop()


def test_a_workspace_installs_the_app_leaves_and_comes_back(several: Several) -> None:
    world = several
    command = world.call("command", user=ANNA, channel="C0ANFRAGEN", text="help")
    assert not command["ok"], "nobody has installed it"

    # Who does not come from the page, or comes twice, installs nothing.
    with httpx.Client(timeout=30) as browser:
        back = world.begin_install(browser)
        assert httpx.get(back).status_code == 400, "another browser"
        assert httpx.get(re.sub("state=[^&]+", "state=made-up", back), headers=browser.headers).status_code == 400
        denied = re.sub("code=[^&]+", "error=access_denied", back)
        assert "did not allow it" in browser.get(denied).text
        assert world.linkbot("workspace", "list").startswith("No workspace has installed the app yet")
        for_all = browser.get(world.begin_install(browser, answer=r"Allow\+for\+the\+whole\+organisation"))
        assert for_all.status_code == 400 and "in each workspace that is to use it" in for_all.text
        assert world.linkbot("workspace", "list").startswith("No workspace has installed the app yet")
        back = world.begin_install(browser)
        assert "One step is left" in browser.get(back).text
        again = browser.get(back)
        assert again.status_code == 401 and "opened before" in again.text
    assert "its CRM is not connected yet" in world.linkbot("workspace", "list")
    wait_for(lambda: [m for m in world.state("messages")["messages"] if "init" in (m["text"] or "")], "word of it")
    world.call("command", user=ANNA, channel="C0ANFRAGEN", text="help")
    world.told(ANNA, "not ready for this workspace yet")

    world.set_up()
    wait_for(lambda: world.bot.output().count("bot.keeper: synced ") >= 1, "its own copy of the directory", 120)
    for box in world.seeds["imap"]["accounts"]:
        server = ("--host", world.seeds["imap"]["host"], "--port", str(world.seeds["imap"]["port"]), "--tls", "none")
        world.linkbot(
            *("--workspace", TEAM, "mailbox", "add", box["identity"], "--user", box["user"], *server),
            given=f"{box['password']}\n",
        )
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.card(ts, "Linked by")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    house = world.folder / "workspaces" / TEAM
    assert (house / "linkbot.db").exists() and world.count("proposal") == 0, "all of it is in its own house"

    world.call("uninstall")
    wait_for(lambda: f"workspace {TEAM} took the app out" in world.bot.output(), "the farewell")
    assert "taken out" in world.linkbot("workspace", "list")
    assert not world.call("command", user=ANNA, channel="C0ANFRAGEN", text="help")["ok"]
    assert world._healthy(), "the door is still there for others"

    assert "can use Linkbot now" in world.install()
    wait_for(
        lambda: (
            told
            if (told := world.call("command", user=ANNA, channel="C0ANFRAGEN", text="status"))["ok"]
            and any("The copies of your CRM" in (m["text"] or "") for m in world.state("ephemerals")["ephemerals"])
            else None
        ),
        "the house once more",
        120,
    )
    said = world.bot.output().encode() + b"".join(
        path.read_bytes() for path in sorted(world.folder.rglob("*")) if ".db" in path.name and path.is_file()
    )
    assert b"xoxb-" not in said and b"sandbox-client-secret" not in said and b"Pfefferkuchen" not in said


def test_two_workspaces_have_nothing_of_each_other_and_one_leaves(several: Several) -> None:
    home, south, frida, there = several, Beside(several, OTHER_TEAM), "U0STRANGER", "C0SUEDLICHT"
    for team, crm in ((TEAM, "onoffice"), (OTHER_TEAM, "zoho")):
        assert home.install(team)
        home.set_up(team, crm)
    assert all(f"{team} " in home.linkbot("workspace", "list") for team in (TEAM, OTHER_TEAM))

    def answers(world: Several, user: str, channel: str) -> bool:
        world.call("command", user=user, channel=channel, text="status")
        said = [one["text"] or "" for one in world.state("ephemerals")["ephemerals"]]
        return any("The copies of your CRM" in one for one in said)

    wait_for(lambda: answers(home, ANNA, ANFRAGEN), "the first house", 120)
    wait_for(lambda: answers(south, frida, there), "the second house", 120)

    # One mail for each CRM in each workspace: each knows the records of its own CRM only.
    german, english = german_mail(), english_mail()
    cards = {
        (world, mail.subject): world.card(world.send(mail, channel), mail.subject)
        for world, channel in ((home, ANFRAGEN), (south, there))
        for mail in (german, english)
    }
    for (world, subject), card in cards.items():
        knows = (world is home) == (subject == german.subject)
        assert ("I would link it to" in shown(card)) is knows, shown(card)
    posted = {message["channel"] for message in south.state("messages")["messages"]}
    assert posted <= {there, "D0STRANGER"}, "and nothing of it was posted anywhere else"

    # A press with the number of the other's mail finds nothing there.
    stolen = next(e for b in cards[home, german.subject]["blocks"] for e in b.get("elements", []) if e.get("value"))
    own = cards[south, english.subject]
    forged = {"actions": [{"value": stolen["value"], "action_id": stolen["action_id"]}]}
    south.call("press", user=frida, channel=there, ts=own["ts"], text="Link", forged=forged)
    home.card(cards[home, german.subject]["thread_ts"], "I would link it to")
    south.press(own, "Link", frida)
    south.card(own["thread_ts"], f"Linked by <@{frida}>")
    assert home.zoho_mails(english.subject) and not home.onoffice_link(german.message_id)[0]

    south.call("uninstall")
    wait_for(lambda: f"workspace {OTHER_TEAM} took the app out" in home.bot.output(), "the farewell")
    assert not south.call("command", user=frida, channel=there, text="help")["ok"]
    home.press(cards[home, german.subject], "Not now")
    home.card(cards[home, german.subject]["thread_ts"], f"Put aside by <@{ANNA}>")
    kinds = {one["kind"] for world in (home, south) for one in world.state("violations")["violations"]}
    assert kinds <= {"unacknowledged", "event_lost"}, "what went to where it was not there, or not ready"
