"""The description of what programs can ask: each list in data, with its columns as the read model has them."""

import re
from collections.abc import Iterable
from typing import Any, Protocol

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

#: Addresses that answer in data; the others are pages for people.
DATA = re.compile(r"\.(json|ics|\{suffix\})$")

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "number": {"type": ["number", "null"]},
    "moment": {"type": ["string", "null"], "format": "date-time"},
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Described(Protocol):
    """A column, by what programs call it and what people read."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> Any: ...


def data_of(columns: Iterable[Described]) -> dict[int | str, dict[str, Any]]:
    """The answers of an address `….{suffix}` whose rows have these columns; for a route's `responses`."""
    row = {
        "type": "object",
        "properties": {c.key: _TYPES[str(c.kind)] | {"description": c.title} for c in columns},
    }
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "about": {"type": "object", "additionalProperties": {"type": "string"}},
            "rows": {"type": "array", "items": row},
        },
    }
    return {
        200: {
            "description": "The list, in the format of the suffix",
            "content": {"application/json": {"schema": schema}, "text/csv": {}, _XLSX: {}},
        }
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: only what answers in data, and how a program says who it is."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        made["paths"] = {path: found for path, found in made["paths"].items() if DATA.search(path)}
        made["components"] = {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Made on your account page"}
            }
        }
        made["security"] = [{"token": []}]
        for found in made["paths"].values():
            for operation in found.values():
                operation.get("responses", {}).pop("422", None)
        app.openapi_schema = made
    return app.openapi_schema
