"""Zoho's own client in a folder of its own, as its pins are older than the project's."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

LOCK = Path(__file__).parents[3] / "requirements-zoho-sdk.lock"
INSTALL_SECONDS = 300


class NotToBeHadError(Exception):
    """The client could not be installed; the text says why."""


def installed(cache: Path) -> Path:
    """The folder to put on the path, filled from the lock file once and kept in `cache`. Raises NotToBeHadError."""
    folder = cache / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory(dir=cache) as fresh:
        target = Path(fresh) / "packages"
        _install(target)
        try:
            target.rename(folder)
        except OSError:
            if not folder.exists():  # else another test run was first
                raise
    return folder


def _install(target: Path) -> None:
    what = ["--quiet", "--require-hashes", "--no-deps", "--target", str(target), "--requirement", str(LOCK)]
    result = subprocess.run([*_installer(), *what], capture_output=True, text=True, timeout=INSTALL_SECONDS)
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotToBeHadError(f"Zoho's own client could not be installed: {last}")


def _installer() -> Sequence[str]:
    if importlib.util.find_spec("pip"):
        return (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    if uv := shutil.which("uv"):
        return (uv, "pip", "install")
    raise NotToBeHadError("Zoho's own client could not be installed: there is neither pip nor uv")
