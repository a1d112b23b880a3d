"""From nothing to a bot that is set up: `linkbot init` against the sandbox, answered as a newcomer would."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dotenv import dotenv_values

from bot.settings import Settings
from tests.journeys.processes import Process
from tests.journeys.world import wait_for
from tests.ports import free_port


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The rest of the world, and how a bot reaches it."""
    port = free_port()
    sandbox = Process(["sandbox", "--port", str(port)], tmp_path / "sandbox.log", {})
    sandbox.start()

    def found() -> dict[str, Any] | None:
        try:
            return dict(httpx.get(f"http://127.0.0.1:{port}/_control/environment").json())
        except httpx.HTTPError:
            return None

    try:
        yield wait_for(found, "the sandbox")
    finally:
        sandbox.stop()


def run(folder: Path, places: dict[str, str], *words: str, answers: str = "") -> tuple[int, str]:
    """What a person types into a terminal of their own, in an empty folder."""
    names = {name.upper() for name in Settings.model_fields}
    clean = {name: value for name, value in os.environ.items() if name not in names}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        input=answers,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**clean, **places, "PYTHONPATH": str(root)},
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_newcomer_with_five_wrong_answers_ends_with_a_bot_that_is_set_up(
    outside: dict[str, Any], tmp_path: Path
) -> None:
    env, imap = outside["env"], outside["imap"]
    places = {name: value for name, value in env.items() if name.endswith(("_URL", "_HOSTS"))}
    box = imap["accounts"][0]
    server = f"{imap['host']}:{imap['port']}"
    answers = [
        *("fr", "en"),
        *("xoxb-of-another-app", env["SLACK_BOT_TOKEN"]),
        *("xapp-wrong", env["SLACK_APP_TOKEN"]),
        *("salesforce", "onoffice"),
        *(env["ONOFFICE_TOKEN"], "0" * 64, env["ONOFFICE_TOKEN"], env["ONOFFICE_SECRET"]),
        *(box["identity"], server, box["user"], "not the password"),
        *(box["identity"], server, box["user"], box["password"]),
        "",
    ]
    home = tmp_path / "home"
    home.mkdir()

    # Who stops half-way goes on later with what is written.
    status, told = run(home, places, "init", answers="\n".join(answers[:4]) + "\n")
    assert status == 1 and "run linkbot init again" in told
    assert dotenv_values(home / ".env")["SLACK_BOT_TOKEN"] == env["SLACK_BOT_TOKEN"]

    (home / ".env").write_text("# mine\n" + (home / ".env").read_text("utf-8") + "PORT=3456\n", "utf-8")
    status, told = run(home, places, "init", answers="\n".join(["", "", *answers[4:]]) + "\n")
    assert status == 0, told
    assert told.count("✗") == 2 and "All is well" in told, "what was wrong is said where it was typed"
    for secret in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ONOFFICE_SECRET"):
        assert env[secret] not in told
    assert box["password"] not in told
    written = (home / ".env").read_text("utf-8")
    assert written.startswith("# mine\n") and "PORT=3456" in written
    assert stat.S_IMODE((home / ".env").stat().st_mode) == 0o600
    assert dotenv_values(home / ".env")["CRM"] == "onoffice"

    status, told = run(home, places, "doctor")
    assert status == 0 and "✗" not in told
    # Once more changes nothing: each answer is kept with Enter.
    status, told = run(home, places, "init", answers="\n" * 12)
    assert status == 0, told
    assert (home / ".env").read_text("utf-8") == written


def test_zoho_and_a_csv_file_are_asked_for_until_they_are_right(outside: dict[str, Any], tmp_path: Path) -> None:
    env = outside["env"]
    places = {name: value for name, value in env.items() if name.endswith(("_URL", "_HOSTS"))}
    control = httpx.URL(env["SLACK_API_URL"]).join("/_control/zoho/code")

    def code(*scopes: str) -> str:
        return str(httpx.post(control, json={"scopes": scopes} if scopes else {}).json()["code"])

    home = tmp_path / "home"
    home.mkdir()
    (home / "people.csv").write_text("Name,E-mail\nErika Muster,erika@example.de\n", "utf-8")
    access = [env["ZOHO_CLIENT_ID"], env["ZOHO_CLIENT_SECRET"]]
    answers = [
        *("en", env["SLACK_BOT_TOKEN"], env["SLACK_APP_TOKEN"], "zoho,csv"),
        "mars",
        *("eu", *access, "1000.not-a-code"),
        *("", "", "", code("ZohoCRM.modules.ALL", "ZohoCRM.org.READ")),
        *("", "", "", code()),
        *("nobody.csv", "people.csv"),
    ]
    status, told = run(home, places, "init", answers="\n".join(answers) + "\n")
    assert status == 0, told
    assert "no Zoho data centre" in told and "good once" in told and "ZohoCRM.coql.READ" in told
    assert "nobody.csv" in told and "All is well" in told
    written = dotenv_values(home / ".env")
    assert (written["CRM"], written["ZOHO_DC"], written["CSV_FILES"]) == ("zoho,csv", "eu", "people.csv")
    assert str(written["ZOHO_REFRESH_TOKEN"]).startswith("1000.")
    assert env["ZOHO_CLIENT_SECRET"] not in told and str(written["ZOHO_REFRESH_TOKEN"]) not in told
