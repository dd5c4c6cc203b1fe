"""Pages: one Jinja environment a language, and `render`.

An environment for each language lets what cannot change be settled when a template is compiled, not when
a page is made: fixed sentences become their translation, and a badge or icon with fixed arguments its HTML.
A page of two hundred comments then costs little more than the same HTML written out.
"""

from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer

from app.web import flash
from app.web.filters import FILTERS
from app.web.here import Page
from app.web.language import in_language
from app.web.strip import SEATED, around, strip

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"

#: Macros without a context of their own, known in every template by name: same arguments, same HTML.
PURE = {
    "components/icons.html": ("ic",),
    "components/seats.html": ("cb", "cbs", "q4", "q4n", "pb"),
}


class Folding(NodeTransformer):
    """Settles calls of `_("…")` and of pure macros whose arguments are written in the template."""

    def __init__(self, environment: "PageEnvironment") -> None:
        self.environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (Jinja's name for it)
        self.generic_visit(node)
        called = node.node
        if not isinstance(called, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        pure = self.environment.pure.get(called.name)
        arguments: list[nodes.Expr] = [*node.args, *(keyword.value for keyword in node.kwargs)]
        if pure is None or not all(isinstance(argument, nodes.Const) for argument in arguments):
            return node
        values = [argument.as_const() for argument in node.args]
        named = {keyword.key: keyword.value.as_const() for keyword in node.kwargs}
        return nodes.Const(pure(*values, **named), lineno=node.lineno)


class PageEnvironment(Environment):
    """Templates in one language."""

    def __init__(self, language: str) -> None:
        super().__init__(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=lambda name: not (name or "").endswith(".txt"),  # mails are text
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            cache_size=-1,
            auto_reload=False,  # a page of two hundred parts would look at two hundred files
        )
        self.policies["ext.i18n.trimmed"] = True
        self.language = language
        self.pure: dict[str, Any] = {}

        def say(sentence: str, /, **values: Any) -> str:
            return in_language(language, sentence, values)

        def say_number(one: str, many: str, count: int, /, **values: Any) -> str:
            return in_language(language, one if count == 1 else many, values)

        self.globals |= {"_": say, "gettext": say, "ngettext": say_number, "GEWC": "GEWC", "seated": SEATED}
        self.globals |= {
            "strip": partial(strip, language=language),
            "around": around,
            "new_id": lambda: str(uuid4()),
        }
        self.filters |= {name: partial(made, language=language) for name, made in FILTERS.items()}
        self.filters["said"] = lambda sentence, values=None: in_language(language, sentence, values)
        self.pure = {"_": say, "gettext": say}
        for template, macros in PURE.items():
            module: Any = self.get_template(template).module
            for name in macros:
                self.pure[name] = lru_cache(maxsize=4096)(getattr(module, name))
        self.globals |= self.pure

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        folded: nodes.Template = Folding(self).visit(super()._parse(source, name, filename))
        return folded


@cache
def templates(language: str) -> PageEnvironment:
    """The templates in a language, compiled once a process."""
    return PageEnvironment(language)


def render(request: Request, name: str, *, page: Page, status: int = 200, **context: Any) -> HTMLResponse:
    """A page in its reader's language; what a redirect carried here is said once."""
    html = (
        templates(page.language)
        .get_template(name)
        .render(request=request, page=page, status=status, **context)
    )
    answer = HTMLResponse(html, status_code=status, headers={"Content-Language": page.language})
    if page.flash:
        answer.delete_cookie(flash.COOKIE, path="/")
    return answer
