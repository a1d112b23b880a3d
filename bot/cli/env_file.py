"""The file `.env`: one setting after the other is written into it, and all else in it stays."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import set_key

OWNER_ALONE = 0o600


def write(path: Path, **values: str) -> None:
    """Set some settings in a file that only its owner may read. Raises OSError; then the file is as it was."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, OWNER_ALONE))
    path.chmod(OWNER_ALONE)
    for name, value in values.items():
        set_key(path, name, value, quote_mode="auto", encoding="utf-8")
    path.chmod(OWNER_ALONE)
