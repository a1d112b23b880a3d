"""The demo as people start it first."""

from __future__ import annotations

import subprocess
import sys


def test_the_demo_links_its_mails_into_a_file_of_links() -> None:
    command = [sys.executable, "-m", "bot", "demo", "--once", "--crm", "csv"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.count("linked and verified") == 2
