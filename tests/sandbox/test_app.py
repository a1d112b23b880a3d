"""The sandbox as a process: it starts with everything in it, says how to reach it, and stops when it is told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.app import DEFAULT_MANIFEST, Options
from sandbox.slack import Manifest, ManifestError
from tests.sandbox.slackbox import Box, eventually, running

ROOT = Path(__file__).parents[2]


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    started = start("--port", "0")
    yield started
    if started.poll() is None:
        started.kill()
    started.communicate()


def test_the_whole_sandbox_starts_serves_and_stops(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    url = process.stdout.readline().rpartition(" ")[2].strip()
    env: dict[str, str] = httpx.get(f"{url}/_control/environment").json()["env"]
    lines = [process.stdout.readline().strip() for _ in range(len(env) + 1)]
    assert set(lines) - {""} == {f"{name}={value}" for name, value in env.items()}
    assert env["SLACK_API_URL"] == f"{url}/slack/api/" and env["ONOFFICE_API_URL"].startswith(url)
    imap = httpx.get(f"{url}/_control/environment").json()["imap"]
    assert imap["port"] > 0 and imap["accounts"][0]["password"]
    assert "<html" in httpx.get(url).text
    assert httpx.get(f"{url}/page/app.js").headers["content-type"].endswith("javascript")
    assert httpx.get(f"{url}/page/../app.py").status_code == 404
    state = httpx.get(f"{url}/_control/state").json()
    assert {"team", "messages", "violations", "counters", "faults", "mailboxes"} <= set(state)
    assert httpx.post(f"{url}/_control/reset").json() == {"ok": True}
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_a_manifest_that_is_not_there_is_said_plainly() -> None:
    process = start("--port", "0", "--manifest", "nowhere.yml")
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "nowhere.yml" in errors and "Traceback" not in errors


def test_a_port_in_use_is_said_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start("--port", str(taken.getsockname()[1]))
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "in use" in errors and "--port" in errors and "Errno" not in errors


def test_the_project_s_own_manifest_can_be_read() -> None:
    manifest = Manifest.read(DEFAULT_MANIFEST)
    assert {"chat:write", "commands"} <= manifest.scopes
    assert manifest.shortcuts and manifest.commands and Options().manifest == DEFAULT_MANIFEST


def test_broken_manifests(tmp_path: Path) -> None:
    for content in ("a: [", "- a"):
        file = tmp_path / "manifest.yml"
        file.write_text(content, encoding="utf-8")
        with pytest.raises(ManifestError):
            Manifest.read(file)


def test_the_page_waits_for_changes(tmp_path: Path) -> None:
    with running(tmp_path) as box:
        before = box.state()["version"]
        answers: list[int] = []

        def wait() -> None:
            answers.append(Box(box.sandbox).http.get(f"/_control/changes?since={before}").json()["version"])

        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.1)
        assert not answers
        box.mail()
        waiting.join(5)
        assert answers and answers[0] > before
        assert eventually(lambda: box.http.get("/_control/changes?since=0").json()["version"] >= answers[0])
        assert box.http.get("/_control/changes?since=x").status_code == 400
