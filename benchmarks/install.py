"""README's ways of installing Linkbot for oneself, as they are typed: `python -m benchmarks.install`.

A clone in an empty folder, with pipx and uv in an environment of their own and a home that holds nothing else. Each
command of README that installs from the checkout is run there, and what it installed is started. Installs from the
network.
"""

# ruff: noqa: S101, S602, S603, S607 - it starts programs of its own, and ends with what is wrong

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.docs.pages import ROOT, commands

INSTALLS = re.compile(r"(?:uv tool|pipx) install \.")
STARTED = ["linkbot --version", "linkbot manifest --json"]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="linkbot-install-") as folder:
        place = Path(folder)
        clone = place / "linkbot"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        subprocess.run([sys.executable, "-m", "venv", str(place / "tools")], check=True)
        own = place / "tools" / "bin"
        subprocess.run([own / "python", "-m", "pip", "install", "--quiet", "pipx", "uv"], check=True)
        for number, command in enumerate(text for text in commands() if INSTALLS.fullmatch(text)):
            home = place / f"home-{number}"
            programs = home / ".local" / "bin"
            programs.mkdir(parents=True)
            inherited = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PIPX_"))}
            there = {"HOME": str(home), "PATH": f"{programs}:{own}:/usr/local/bin:/usr/bin:/bin"}
            environment = {**inherited, **there}
            environment.pop("VIRTUAL_ENV", None)
            begun = time.monotonic()
            done = subprocess.run(command, shell=True, cwd=clone, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
            sys.stdout.write(f"{time.monotonic() - begun:6.1f} s  {command}\n")
            for start in STARTED:
                told = subprocess.run(start, shell=True, cwd=home, env=environment, capture_output=True, text=True)
                assert told.returncode == 0 and told.stdout, f"{start}: {told.stdout}{told.stderr}"
                sys.stdout.write(f"          {start}: {told.stdout.splitlines()[0]}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
