"""What holds for all tests: where the checkout and the shared material lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Let ``test.ini`` say what the portal's address is, not the stack the services belong to."""
    os.environ.pop("CKAN_SITE_URL", None)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top folder of the repository."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shapes, cases and references beside the checkout; tests that need it are skipped without it."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared folder does not lie beside the checkout")
    return folder
