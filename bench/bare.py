"""What everything is held against: FastAPI, Jinja2 and the driver, and nothing between them.

The bare page runs on the driver the very statements that the real page runs, and writes byte for byte the
same HTML: its template is the real page with each row's texts in their places. The barest page runs one
statement, for the rows alone, and takes all else as given. The bare submission inserts one comment.
"""

import sqlite3
from collections.abc import Sequence
from typing import Annotated, Any

import jinja2
import psycopg
from fastapi import FastAPI, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import escape
from sqlalchemy import Engine


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


def page(driver: Driver, statements: Sequence[tuple[str, Any]], html: str) -> FastAPI:
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


def taking(driver: Driver, columns: dict[str, Any]) -> FastAPI:
    """An application that takes a comment's form and inserts it, `columns` being all that a form does not say."""
    app = FastAPI()

    @app.post("/")
    def take(client_uuid: Annotated[str, Form()], text: Annotated[str, Form()]) -> RedirectResponse:
        driver.insert(columns | {"client_uuid": client_uuid, "text": text, "words": text})
        return RedirectResponse("/done", status_code=303)

    return app
