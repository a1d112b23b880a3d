"""The demo as people start it first."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("crm", [(), ("--crm", "csv")], ids=["onoffice and zoho", "csv"])
def test_the_demo_links_its_mails(crm: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--once", *crm]
    played = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.count("linked and verified") == 2
