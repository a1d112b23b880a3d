"""A workspace installs the app by OAuth, gets a house of its own, takes the app out, and comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
import yaml

from bot.cli.manifest import for_several
from tests.journeys.world import ANNA, World, german_mail, wait_for

TEAM = "T0SANDBOX"
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

    def set_up(self, **changes: str) -> None:
        """Whoever runs the bot writes down the workspace's own settings."""
        env = {name: value for name, value in self.seeds["env"].items() if name.startswith("ONOFFICE")} | changes
        lines = ["CRM=onoffice", *(f"{name}={value}" for name, value in env.items())]
        (self.folder / "workspaces" / TEAM / ".env").write_text("\n".join(lines) + "\n")

    def begin_install(self, browser: httpx.Client) -> str:
        """As far as Slack's answer: the address that takes the browser back to the bot."""
        page = browser.get(f"{self.bot_url}/slack/install")
        assert page.status_code == 200 and "Add to Slack" in page.text
        browser.headers["cookie"] = page.headers["set-cookie"].split(";")[0]  # over http, which a browser would not
        asked = httpx.get(unescape(re.findall(r'href="([^"]+)"', page.text)[-1]))
        assert asked.status_code == 200, asked.text
        allow = unescape(re.findall(r'href="([^"]+answer=Allow)"', asked.text)[0])
        answer = httpx.get(f"http://127.0.0.1:{self.port}{allow}")
        return str(answer.headers["location"])

    def install(self) -> str:
        with httpx.Client(timeout=30) as browser:
            done = browser.get(self.begin_install(browser))
            assert done.status_code == 200, done.text
            return done.text


@pytest.fixture
def several(tmp_path: Path) -> Iterator[Several]:
    world = Several(tmp_path, f"sqlite:///{tmp_path}/linkbot.db", "http")
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
