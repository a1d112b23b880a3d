"""The steps of the Dockerfile without a container engine: built in an empty folder, started by another user on files
that nobody can write, and asked for /healthz.

    python -m benchmarks.image [--keep]

Prints the seconds from the start to the first answer, the memory then, and the size with what takes most of it. The
lines of both of the Dockerfile's stages are carried out as they stand, with a folder for each in the place of the
root: what is installed and copied, the user that is made, the settings, the folder, the command, and the health check.
As root it starts the bot as that user, with all file systems read-only but the data folder (`unshare`); anybody else
starts it as themselves on files without write bits. The interpreter and the base system are this machine's.
"""

# ruff: noqa: S101, S603, S607 - it starts programs of its own, and ends with what is wrong

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.journeys.processes import spawned
from tests.journeys.world import wait_for
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
SHOWN = 8


def python() -> str:
    """An interpreter that other users can start, too."""
    own = Path(sys.executable).resolve()
    closed = any(not parent.stat().st_mode & 0o001 for parent in own.parents)
    return shutil.which("python3", path="/usr/local/bin:/usr/bin") or str(own) if closed else str(own)


@dataclass
class Image:
    """What the last stage says of how it is run: where its root is, its settings, its folder, its words."""

    root: Path
    user: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    start: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def at(self, text: str) -> str:
        """The same, with the image's own places below its root."""
        return re.sub(
            r"(?<![\w/.])/(opt|data)\b", rf"{self.root}/\1", text.replace("sqlite:////", f"sqlite:///{self.root}/")
        )


def stages() -> list[list[tuple[str, str]]]:
    """Each stage's lines, as an instruction and the rest."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    wanted = [stage.splitlines()[1:] for stage in re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]]
    return [[(w, rest) for w, _, rest in (line.partition(" ") for line in stage) if w.isupper()] for stage in wanted]


def build(place: Path) -> Image:
    """Carry out the stages below `place`."""
    built, image = (Image(place / name) for name in ("build", "image"))
    source = built.root / "src"
    for folder in (source, built.root / "opt", image.root / "opt", image.root / "etc"):
        folder.mkdir(parents=True)
    first, last = stages()
    for word, rest in first:
        if word == "RUN":
            command = shlex.split(built.at(rest))
            command[:1] = {"python": [python()], "pip": [sys.executable, "-m", "pip"]}[command[0]]
            subprocess.run(command, cwd=source, check=True, stdout=subprocess.DEVNULL)
        elif word == "COPY":
            _copy(shlex.split(built.at(rest)), source)
        else:
            assert word == "WORKDIR" and rest == "/src", (word, rest)
    for word, rest in last:
        _carry_out(word, rest, built, image)
    return image


def _copy(words: list[str], source: Path) -> None:
    *given, target = words
    for name in given:
        wanted = source / target / (name if len(given) > 1 or target == "./" else "")
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, wanted, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, wanted)


def _carry_out(word: str, rest: str, built: Image, image: Image) -> None:
    """A line of the last stage."""
    if word == "RUN":
        for command in rest.split(" && "):
            _as_root(shlex.split(command), image)
    elif word == "COPY":
        source, target = rest.removeprefix("--from=build ").split()
        # An environment knows where it lies: it is moved to where it was made, and not copied elsewhere.
        (image.root / target[1:]).symlink_to(built.root / source[1:])
    elif word == "ENV":
        image.settings |= dict(one.split("=", 1) for one in shlex.split(rest))
    elif word == "USER":
        lines = (image.root / "etc" / "passwd").read_text("ascii").splitlines()
        image.user = next(int(line.split(":")[2]) for line in lines if line.startswith(f"{rest}:"))
    elif word == "WORKDIR":
        image.folder = rest
    elif word == "HEALTHCHECK":
        image.health = json.loads(rest.split("CMD ")[1])
    elif word in ("ENTRYPOINT", "CMD"):
        image.start += json.loads(rest)
    else:
        assert word in ("VOLUME", "EXPOSE"), word


def _as_root(command: list[str], image: Image) -> None:
    """`useradd` and `install`, in the image's root."""
    users = image.root / "etc" / "passwd"
    if command[0] == "useradd":
        for name in ("passwd", "group", "shadow", "gshadow"):
            (image.root / "etc" / name).touch()
        if os.getuid() == 0:
            subprocess.run(["useradd", "--prefix", str(image.root), *command[1:]], check=True)
        else:
            users.write_text(f"{command[-1]}:x:{os.getuid()}:\n", "ascii")
        return
    owner = command[command.index("-o") + 1]
    uid = next(line.split(":")[2] for line in users.read_text("ascii").splitlines() if line.startswith(f"{owner}:"))
    subprocess.run([image.at(uid if word == owner else word) for word in command], check=True)


# In a world of its own all is mounted read-only but the data. $1 is the image's place, $2 the data, $3 who it runs as.
_READ_ONLY = """set -e; image=$1 data=$2 user=$3; shift 3
mount --bind "$image" "$image"; mount --bind "$data" "$data"
mount -o remount,bind,ro "$image"; mount -o remount,bind,ro /
exec setpriv --reuid "$user" --regid "$user" --clear-groups "$@" """


def contained(image: Image, data: Path, words: list[str], user: int) -> list[str]:
    """The words as `user` where nothing but the data can be written; as root is needed for that, else as they are."""
    if os.getuid():
        return words
    place = image.root.parent
    return ["unshare", "--mount", "sh", "-c", _READ_ONLY, "sh", str(place), str(data), str(user), *words]


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


def _writable(image: Image, data: Path) -> str:
    """What of the bot's places its user, and root, can write where it runs."""
    places = {"its own files": image.root / "opt" / "linkbot", "the image": image.root, "its data": data}
    said = []
    for name, folder in places.items():
        for who in sorted({image.user, os.getuid()}):
            tried = contained(image, data, ["touch", str(folder / f"tried-{who}")], who)
            could = subprocess.run(tried, check=False, stderr=subprocess.DEVNULL).returncode == 0
            (data / f"tried-{who}").unlink(missing_ok=True)
            said.append(f"uid {who} {'can' if could else 'cannot'} write {name}")
    return ", ".join(said)


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
        image = build(place)
        _say(f"built in {time.monotonic() - begun:.0f} s")
        home, data = (image.root / "opt" / "linkbot").resolve(), Path(image.at(image.folder))
        _locked(home)

        def world() -> dict[str, str] | None:
            try:
                return dict(httpx.get(f"http://127.0.0.1:{port}/_control/environment").json()["env"])
            except httpx.HTTPError:
                return None

        given = {name: value for name, value in wait_for(world, "the sandbox").items() if name != "SLACK_APP_TOKEN"}
        settings = {name: image.at(value).replace("$PATH", "/usr/bin:/bin") for name, value in image.settings.items()}
        given |= settings | {"PORT": str(bot_port), "LINKBOT_METRICS_PORT": str(free_port())}
        given |= {"CRM": "onoffice,zoho", "LINKBOT_SECRET_KEY": "k" * 32}
        with (place / "bot.log").open("wb") as log:
            begun = time.monotonic()
            start = [str(home / "bin" / image.start[0]), *image.start[1:]]
            inside = contained(image, data, start, image.user)
            bot = subprocess.Popen(inside, cwd=data, env=given, stdout=log, stderr=log)

        def healthy() -> bool:
            assert bot is not None and bot.poll() is None, (place / "bot.log").read_text("utf-8")
            asked = [f"{home}/bin/{image.health[0]}", *map(image.at, image.health[1:])]
            return subprocess.run(asked, env=given, check=False).returncode == 0

        wait_for(healthy, "/healthz", 120)
        _say(f"/healthz answered {time.monotonic() - begun:.1f} s after the start")
        wait_for(lambda: (place / "bot.log").read_text("utf-8").count("synced ") >= 2, "both copies", 120)
        cpu = sum(map(int, Path(f"/proc/{bot.pid}/stat").read_text("ascii").rsplit(")")[1].split()[11:13]))
        _say(f"resident: {memory(bot.pid):.0f} MB, processor time so far {cpu / os.sysconf('SC_CLK_TCK'):.1f} s")
        owner = Path(f"/proc/{bot.pid}").stat().st_uid
        _say(f"runs as uid {owner}; {_writable(image, data)}")
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
