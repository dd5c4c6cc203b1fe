"""The reading page and the matrix: what they cost at two sizes of a round, and beside a bare page."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from bench import bare
from bench.data import Made
from bench.measure import ask, costs, counting

#: What a bare page asks for the rows of the matrix' second page, and of section 1.
MATRIX = """SELECT c.number, c.exact, o.name, p.name, c.type, c.priority, c.text, c.proposed, l.label, l.text
 FROM comment c JOIN clause l ON l.id = c.clause_id JOIN organisation o ON o.id = c.organisation_id
 JOIN person p ON p.id = c.person_id WHERE c.round_id = 1 AND (c.position, c.id) > (10, 0)
 AND c.status = 'submitted' ORDER BY c.position, c.id LIMIT 51"""

SECTION = """SELECT l.label, l.text, c.exact, o.name, c.type, c.text, c.proposed
 FROM clause l LEFT JOIN comment c ON c.clause_id = l.id AND c.status = 'submitted'
 LEFT JOIN organisation o ON o.id = c.organisation_id
 WHERE l.section_id = 1 ORDER BY l.position, c.id"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's cost at one size: milliseconds, statements, bytes; and a bare and a prefabricated page's."""

    ms: float
    queries: int
    size: int
    bare: float
    least: float


async def measured(app: Any, engine: Engine, path: str, cookie: str, statement: str) -> Page:
    """What a page costs, and what bare ones cost that write the same."""
    first = await ask(app, path, cookie=cookie)
    if first.status != 200:
        raise RuntimeError(f"{path} answered {first.status}: {first.body[:300]!r}")
    with counting(engine) as statements, bare.rendered() as noted:
        html = (await ask(app, path, cookie=cookie)).body.decode()
    template, context = noted[-1]
    driver = bare.Driver(engine)
    rows = (statement, ())
    reads = [one for one in statements if one[0].lstrip().upper().startswith(("SELECT", "WITH"))]
    plain = bare.page(driver, reads, template, context)
    least = bare.prefabricated(driver, [*reads, rows], html)
    for app_ in (plain, least):
        if (await ask(app_, "/")).body.decode() != html:
            raise RuntimeError("the bare page does not write the same HTML")
    ms, bare_ms, least_ms = await costs(
        lambda: ask(app, path, cookie=cookie), lambda: ask(plain, "/"), lambda: ask(least, "/")
    )
    return Page(ms=ms, queries=len(statements), size=len(html), bare=bare_ms, least=least_ms)


async def matrix(app: Any, engine: Engine, made: Made, cookie: str) -> Page:
    """Fifty rows in the middle of section 1, which are the same at every size."""
    return await measured(app, engine, f"/rounds/{made.round_id}/matrix?after=10.0", cookie, MATRIX)


async def reading(app: Any, engine: Engine, made: Made, cookie: str) -> Page:
    """Section 1 with its 200 comments."""
    return await measured(app, engine, f"/rounds/{made.round_id}/read/{made.section_eid}", cookie, SECTION)
