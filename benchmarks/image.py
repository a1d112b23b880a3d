"""The steps of the Dockerfile without a container engine: built in an empty folder, started by another user on files
that nobody can write, and asked for /healthz.

    python -m benchmarks.image [--keep]

Prints the seconds from the start to the first answer, the memory then, and the size with what takes most of it. Of the
Dockerfile's stages the RUN and COPY lines of the first are carried out as they stand, with the folder in the place of
the root; the second stage's user, folder and settings are taken over. As root it starts the bot as uid 10001, which can
write nothing but its data folder; anybody else starts it as themselves on files without write bits.
"""

# ruff: noqa: S101, S603 - it starts programs of its own, and ends with what is wrong

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from tests.journeys.processes import spawned
from tests.journeys.world import wait_for
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
UID = 10001
SHOWN = 8


def python() -> str:
    """An interpreter that other users can start, too."""
    own = Path(sys.executable).resolve()
    closed = any(not parent.stat().st_mode & 0o001 for parent in own.parents)
    return shutil.which("python3", path="/usr/local/bin:/usr/bin") or str(own) if closed else str(own)


def build(place: Path) -> None:
    """Carry out the first stage below `place`."""
    source = place / "src"
    source.mkdir()
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    stage = text.split("\nFROM ")[1]
    for line in stage.splitlines():
        word, _, rest = line.partition(" ")
        rest = re.sub(r"(?<=\s)/opt", f"{place}/opt", f" {rest}").strip()
        if word == "RUN":
            command = shlex.split(rest)
            command[:1] = {"python": [python()], "pip": [sys.executable, "-m", "pip"]}[command[0]]
            subprocess.run(command, cwd=source, check=True, stdout=subprocess.DEVNULL)
        elif word == "COPY":
            *given, target = rest.split()
            for name in given:
                wanted = source / target / (name if len(given) > 1 or target == "./" else "")
                if (ROOT / name).is_dir():
                    shutil.copytree(ROOT / name, wanted, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / name, wanted)


def sizes(folder: Path) -> Counter[str]:
    """Bytes by package."""
    packages = next(folder.glob("lib/*/site-packages"))
    found: Counter[str] = Counter()
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            inside = file.is_relative_to(packages)
            found[file.relative_to(packages).parts[0] if inside else "python itself"] += file.stat().st_size
    return found


def memory(pid: int) -> float:
    """Resident memory in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", lines)[1]) / 1024  # type: ignore[index] # Linux always says it


def _locked(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o555 | (0o555 if path.is_dir() else 0o444))


def _unlocked(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", action="store_true", help="leave the folder behind")
    keep = parser.parse_args().keep
    place = Path(tempfile.mkdtemp(prefix="linkbot-image-"))
    place.chmod(0o755)
    port, bot_port = free_port(), free_port()
    outside = spawned(["sandbox", "--port", str(port)], {}, place / "sandbox.log")
    bot: subprocess.Popen[bytes] | None = None
    try:
        begun = time.monotonic()
        build(place)
        _say(f"built in {time.monotonic() - begun:.0f} s")
        home, data = place / "opt" / "linkbot", place / "data"
        data.mkdir()
        user = {}
        if os.getuid() == 0:
            os.chown(data, UID, UID)
            user = {"user": UID, "group": UID, "extra_groups": []}
        _locked(home)

        def world() -> dict[str, str] | None:
            try:
                return dict(httpx.get(f"http://127.0.0.1:{port}/_control/environment").json()["env"])
            except httpx.HTTPError:
                return None

        given = {name: value for name, value in wait_for(world, "the sandbox").items() if name != "SLACK_APP_TOKEN"}
        given |= {
            "PATH": f"{home}/bin:/usr/bin:/bin",
            "HOME": str(data),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PORT": str(bot_port),
        }
        given |= {
            "DATABASE_URL": f"sqlite:///{data}/linkbot.db",
            "CRM": "onoffice,zoho",
            "LINKBOT_SECRET_KEY": "k" * 32,
        }
        with (place / "bot.log").open("wb") as log:
            begun = time.monotonic()
            bot = subprocess.Popen([f"{home}/bin/linkbot", "run"], cwd=data, env=given, stdout=log, stderr=log, **user)

        def healthy() -> bool:
            assert bot is not None and bot.poll() is None, (place / "bot.log").read_text("utf-8")
            asked = [f"{home}/bin/python", ROOT / "deploy" / "health.py"]
            return subprocess.run(asked, env=given, check=False).returncode == 0

        wait_for(healthy, "/healthz", 60)
        _say(f"/healthz answered {time.monotonic() - begun:.1f} s after the start")
        wait_for(lambda: (place / "bot.log").read_text("utf-8").count("synced ") >= 2, "both copies", 60)
        cpu = sum(map(int, Path(f"/proc/{bot.pid}/stat").read_text("ascii").rsplit(")")[1].split()[11:13]))
        _say(f"resident: {memory(bot.pid):.0f} MB, processor time so far {cpu / os.sysconf('SC_CLK_TCK'):.1f} s")
        owner = Path(f"/proc/{bot.pid}").stat().st_uid
        denied = subprocess.run(
            [f"{home}/bin/python", "-c", f"open({str(home / 'new')!r}, 'w')"],
            check=False,
            stderr=subprocess.DEVNULL,
            **user,
        ).returncode
        _say(f"runs as uid {owner}; its own files can{'not' if denied else ''} be written")
        _say("written: " + ", ".join(sorted(path.name for path in data.iterdir())))
        found = sizes(home)
        _say(f"size: {found.total() / 1e6:.0f} MB, beside Python; most of it:")
        for name, size in found.most_common(SHOWN):
            _say(f"  {size / 1e6:6.1f} MB  {name}")
    finally:
        for process in (bot, outside):
            if process is not None:
                process.terminate()
                process.wait(timeout=30)  # type: ignore[call-arg, unused-ignore]
        if not keep:
            _unlocked(place)
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
