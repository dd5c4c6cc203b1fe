"""What everything is held against: FastAPI, Jinja2 and the driver, and nothing between them.

The bare page runs on the driver the very statements that the real page runs, and renders the same template
from values that lie ready: who asks, what they may see, and how rows become values all cost it nothing.
The prefabricated page runs the same statements and only puts the rows' texts into HTML that lies ready, with
no loop and no condition: what no page can go below.

The bare insert request is FastAPI and SQLModel: it looks up who is signed in, inserts one comment and
commits. The driver's insert request knows nobody and gives the driver one INSERT.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import jinja2
import psycopg
from fastapi import FastAPI, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import escape
from sqlalchemy import Engine

from app.comments.models import Comment
from app.config import Settings
from app.routers.deps import Db, Me


class Driver:
    """One open connection of the database's own driver."""

    def __init__(self, engine: Engine) -> None:
        self.postgresql = engine.dialect.name == "postgresql"
        if self.postgresql:
            url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self.connection: Any = psycopg.connect(url)
        else:
            self.connection = sqlite3.connect(str(engine.url.database), check_same_thread=False)
            self.connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
                self.connection.execute(f"PRAGMA {pragma}")

    def read(self, statements: Sequence[tuple[str, Any]]) -> list[tuple[Any, ...]]:
        """Run statements in one transaction; the rows of the last one."""
        found: list[tuple[Any, ...]] = []
        for statement, values in statements:
            found = self.connection.execute(statement, values).fetchall()
        if self.postgresql:
            self.connection.rollback()
        return found

    def insert(self, values: dict[str, Any]) -> None:
        names = list(values)
        places = ", ".join("%s" if self.postgresql else "?" for _ in names)
        columns = ", ".join(f'"{name}"' for name in names)
        if not self.postgresql:
            self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(
            f"INSERT INTO comment ({columns}) VALUES ({places})", [values[name] for name in names]
        )
        self.connection.commit() if self.postgresql else self.connection.execute("COMMIT")


def page(
    driver: Driver, statements: Sequence[tuple[str, Any]], template: jinja2.Template, context: dict[str, Any]
) -> FastAPI:
    """An application whose `/` runs `statements` and renders `template` from a context that lies ready."""
    app = FastAPI()

    @app.get("/")
    def show() -> HTMLResponse:
        driver.read(statements)
        return HTMLResponse(template.render(**context))

    return app


@contextmanager
def rendered() -> Iterator[list[tuple[jinja2.Template, dict[str, Any]]]]:
    """Notes each template that is rendered meanwhile, with its context."""
    noted: list[tuple[jinja2.Template, dict[str, Any]]] = []
    render = jinja2.Template.render

    def noting(template: jinja2.Template, *args: Any, **context: Any) -> str:
        noted.append((template, dict(*args, **context)))
        return render(template, *args, **context)

    jinja2.Template.render = noting  # type: ignore[method-assign]
    try:
        yield noted
    finally:
        jinja2.Template.render = render  # type: ignore[method-assign]


def prefabricated(driver: Driver, statements: Sequence[tuple[str, Any]], html: str) -> FastAPI:
    """An application whose `/` runs `statements` and writes `html` from the rows of the last."""
    template = jinja2.Environment(autoescape=True).from_string(in_places(html, driver.read(statements)))
    app = FastAPI()

    @app.get("/")
    def show() -> HTMLResponse:
        return HTMLResponse(template.render(rows=driver.read(statements)))

    return app


def in_places(html: str, rows: Sequence[Sequence[Any]]) -> str:
    """The HTML as a template that takes each row's texts from the row, where they stand in it."""
    found: list[str] = []
    at = 0
    for n, row in enumerate(rows):
        places = []
        for m, value in enumerate(row):
            if isinstance(value, str) and len(value) > 3:
                where = html.find(str(escape(value)), at)
                if where >= 0:
                    places.append((where, where + len(str(escape(value))), m))
        end = at
        for start, stop, m in sorted(places):
            if start < end:
                continue
            found += ["{% raw %}", html[end:start], "{% endraw %}", f"{{{{ rows[{n}][{m}] }}}}"]
            end = stop
        at = end
    return "".join([*found, "{% raw %}", html[at:], "{% endraw %}"])


def inserting(engine: Engine, settings: Settings, columns: dict[str, Any]) -> FastAPI:
    """An application that knows who is signed in and inserts their comment with SQLModel, and nothing else."""
    app = FastAPI()
    app.state.engine, app.state.settings = engine, settings

    @app.post("/")
    def take(
        db: Db, me: Me, client_uuid: Annotated[str, Form()], text: Annotated[str, Form()]
    ) -> RedirectResponse:
        said = {"client_uuid": client_uuid, "text": text, "words": text, "person_id": me.id}
        db.add(Comment(**(columns | said)))
        return RedirectResponse("/done", status_code=303)

    return app


def taking(driver: Driver, columns: dict[str, Any]) -> FastAPI:
    """An application that takes a comment's form and inserts it, `columns` being all that a form does not say."""
    app = FastAPI()

    @app.post("/")
    def take(client_uuid: Annotated[str, Form()], text: Annotated[str, Form()]) -> RedirectResponse:
        driver.insert(columns | {"client_uuid": client_uuid, "text": text, "words": text})
        return RedirectResponse("/done", status_code=303)

    return app
