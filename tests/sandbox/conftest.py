"""One sandbox with the vendors' stand-ins for all tests here that ask for it, fresh for each of them; and for the tests
of the page a sandbox and a browser for each of their files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.browser import Chromium
from tests.sandbox.pagebox import running_sandbox
from tests.sandbox.vendorbox import VendorBox, running


@pytest.fixture(scope="session")
def started() -> Iterator[VendorBox]:
    with running() as box:
        yield box


@pytest.fixture
def box(started: VendorBox) -> VendorBox:
    started.reset()
    return started


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with running_sandbox() as address:
        yield address


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium.running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser
