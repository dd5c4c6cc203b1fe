import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.site import Site, chromium_here, served, with_demo


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_here(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest) -> Any:
    """A template with the demo loaded, made once for each kind of database."""
    made: dict[str, Any] = {}

    def of(kind: str) -> tuple[Any, Any]:
        server = request.getfixturevalue(kind)
        if kind not in made:
            made[kind] = server.prepared(with_demo)
        return server, made[kind]

    return of


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="runding-mail-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, demo: Any, chromium: Browser, tmp_path: Path) -> Iterator[Site]:
    """The demo consultation on a database of the test's own."""
    server, template = demo(request.param)
    with server.database(template) as engine, served(engine, chromium, tmp_path / "mail") as site:
        yield site


@pytest.fixture(scope="module")
def shared_site(demo: Any, chromium: Browser, folder: Path) -> Iterator[Site]:
    """The demo consultation for tests that only look: one for a module, on SQLite."""
    server, template = demo("sqlite")
    with server.database(template) as engine, served(engine, chromium, folder) as site:
        yield site
