"""One sandbox with the vendors' stand-ins for all tests here that ask for it, fresh for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.vendorbox import VendorBox, running


@pytest.fixture(scope="session")
def started() -> Iterator[VendorBox]:
    with running() as box:
        yield box


@pytest.fixture
def box(started: VendorBox) -> VendorBox:
    started.reset()
    return started
