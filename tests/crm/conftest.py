"""The sandbox as a process of its own, as the demo starts it, for the tests that talk to the stand-ins over HTTP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crm.outside import Outside

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "ready" in line, f"the sandbox did not start: {line}"
        yield line.split()[-1].rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def driver(sandbox_url: str) -> Outside:
    return Outside(sandbox_url)


@pytest.fixture
def outside(driver: Outside) -> Outside:
    driver.post("reset")
    return driver
