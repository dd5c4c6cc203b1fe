"""`runding …`: the same actions, queries and documents as the pages, by command."""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from sqlmodel import Session

from app.errors import Problem

if TYPE_CHECKING:
    from app.people.rules import Viewer
    from app.plans.models import Plan

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
draft = typer.Typer(no_args_is_help=True, help="Read, import and compare drafts.")
plan = typer.Typer(no_args_is_help=True, help="Plans.")
sheet = typer.Typer(no_args_is_help=True, help="Returned comment sheets.")
returned = typer.Typer(no_args_is_help=True, help="Returned Word copies.")
app.add_typer(draft, name="draft")
app.add_typer(plan, name="plan")
app.add_typer(sheet, name="sheet")
app.add_typer(returned, name="returned")

Files = Annotated[list[Path], typer.Argument(help="One or more files")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output")]


def main() -> None:
    """Run a command; refused input is one sentence on standard error and exit code 2."""
    try:
        app(standalone_mode=False)
    except Problem as problem:
        say(str(problem))
        sys.exit(2)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        show = getattr(error, "format_message", None)
        if show is None:
            raise
        say(str(show()))
        sys.exit(2)


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 (a command speaks)


def put(value: Any, *, indent: int | None = None) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=indent)
    sys.stdout.write("\n")


def content(path: Path) -> bytes:
    from app.errors import Invalid

    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(
            "%(file)s cannot be opened: %(why)s.", file=str(path), why=error.strerror or "?"
        ) from error


def each(files: list[Path], read: Callable[[Path], Any]) -> None:
    """Print what was read: one document; of several files a line each, a refused one with its reason."""
    if len(files) == 1:
        put(read(files[0]))
        return
    for path in files:
        try:
            put({"file": str(path)} | read(path))
        except Problem as problem:
            put({"file": str(path), "refused": str(problem)})


def asked() -> Any:
    """The JSON document on standard input."""
    from app.errors import Invalid

    try:
        return json.load(sys.stdin)
    except ValueError as error:
        raise Invalid(
            "Standard input is not a JSON document: %(why)s.", why=str(error).split(":", 1)[0]
        ) from error


def lines() -> Iterable[tuple[int, dict[str, Any]]]:
    """The JSON objects on standard input, one a line."""
    from app.errors import Invalid

    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise Invalid("Line %(line)d is not JSON.", line=number) from error
        if not isinstance(found, dict):
            raise Invalid("Line %(line)d is not a JSON object.", line=number)
        yield number, found


def shaped(job: Callable[[Any], Any], given: Any) -> Any:
    """Run a pure job on what was given; a wrong shape is the giver's mistake, said in one sentence."""
    from app.errors import Invalid

    try:
        return job(given)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise Invalid(
            "The input has not the shape this command takes: %(why)s.", why=f"{type(error).__name__} {error}"
        ) from error


def session() -> Session:
    from app.db import engine

    return Session(engine(), expire_on_commit=False)


def secretariat(opened: Session, slug: str) -> "tuple[Plan, Viewer]":
    """A plan, and its first secretariat seat's way of looking at it."""
    from sqlalchemy import select
    from sqlmodel import col

    from app.errors import NotFound
    from app.people.models import Seat
    from app.people.rules import Role, Viewer
    from app.plans.models import Plan

    row = opened.execute(
        select(Plan, Seat)
        .join(Seat, col(Seat.plan_id) == col(Plan.id))
        .where(col(Plan.slug) == slug, col(Seat.role) == Role.SECRETARIAT, col(Seat.ended_at).is_(None))
        .order_by(col(Seat.id))
    ).first()
    if row is None:
        raise NotFound("There is no plan %(slug)s with a secretariat.", slug=slug)
    found, seat = row
    return found, Viewer(
        person_id=seat.person_id,
        seat_id=seat.id,
        plan_id=seat.plan_id,
        role=seat.role,
        constituency=None,
        organisation_id=None,
    )


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    *,
    links: Annotated[bool, typer.Option(help="Print a sign-in link for one person of every role")] = False,
) -> None:
    """Serve the pages."""
    import uvicorn

    from app.config import settings

    settings().mail_folder.mkdir(parents=True, exist_ok=True)
    if links:
        from app.demo.links import demo_links

        with session() as opened:
            for who, link in demo_links(opened, base_url=f"http://{host}:{port}", now=datetime.now(UTC)):
                typer.echo(f"{who:<44} {link}")
            opened.commit()
    uvicorn.run(
        "app.main:create_app", factory=True, host=host, port=port, workers=workers, proxy_headers=True
    )


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    from app.db import engine
    from app.migrating import migrate as run

    run(engine())


@app.command()
def demo(*, if_empty: bool = False) -> None:
    """Load the demo consultation."""
    from app.demo.load import is_empty, load

    with session() as opened:
        if if_empty and not is_empty(opened):
            return
        load(opened, now=datetime.now(UTC))
        opened.commit()
    say("The demo consultation is loaded.")


@app.command()
def link(email: str) -> None:
    """Print a sign-in link for somebody who has a seat."""
    from app.config import settings
    from app.errors import NotFound
    from app.people.signing_in import sign_in_link

    with session() as opened:
        found = sign_in_link(
            opened,
            email,
            base_url=settings().base_url,
            minutes=settings().sign_in_minutes,
            now=datetime.now(UTC),
        )
        opened.commit()
    if found is None:
        raise NotFound("Nobody with the address %(email)s has a seat.", email=email)
    typer.echo(found)


@plan.command("new")
def plan_new(
    title: str,
    *,
    slug: Annotated[str, typer.Option(help="How addresses name it: nap-2026")],
    email: Annotated[str, typer.Option(help="The first secretary's address")],
    name: Annotated[str, typer.Option(help="The first secretary's name")] = "",
) -> None:
    """Found a plan with its first seat, the secretariat's."""
    from app.plans.founding import found

    with session() as opened:
        found(opened, title=title, slug=slug, email=email, name=name, at=datetime.now(UTC))
        opened.commit()
    say(f"The plan stands at /plans/{slug}. Next: runding link {email}")


@draft.command("read")
def draft_read(
    files: Files, *, view: Literal["accepted", "original"] = "accepted", json: Json = True
) -> None:
    """Say how a Word draft is read, without a database."""
    from app.documents.docx.draft import read_draft
    from app.documents.drafts import as_json

    del json
    each(files, lambda path: as_json(read_draft(content(path), view=view, filename=path.name)))


@draft.command("compare")
def draft_compare(before: Path, after: Path, *, json: Json = True) -> None:
    """Say what became of each clause from one Word draft to the next."""
    from app.documents.docx.draft import read_draft
    from app.documents.drafts import as_json
    from app.text.lineage import lineage_json

    del json
    sides = [as_json(read_draft(content(path), filename=path.name))["clauses"] for path in (before, after)]
    put({"lineage": lineage_json(*sides)})


@draft.command("import")
def draft_import(
    file: Path,
    *,
    plan: Annotated[str, typer.Option(help="The plan's slug")],
    name: Annotated[str, typer.Option(help="The draft's name")],
    marking: str = "",
    view: Literal["accepted", "original"] = "accepted",
) -> None:
    """Import a Word draft into a plan, in the name of its first secretariat seat."""
    from app.documents.docx.draft import read_draft
    from app.people.rules import Language
    from app.plans.importing import import_draft

    data = content(file)
    text = read_draft(data, view=view, filename=file.name)
    with session() as opened:
        found, by = secretariat(opened, plan)
        import_draft(
            opened,
            by=by,
            plan=found,
            name=name,
            marking=marking,
            language=Language(text.language) if text.language in set(Language) else Language.ENGLISH,
            text=text,
            file=data,
            file_name=file.name,
            at=datetime.now(UTC),
        )
        opened.commit()
    say(f"{name}: {len(text.clauses)} clauses. It is being edited until it is frozen.")
    for warning in text.warnings:
        say(f"{warning.where}: {warning.what % warning.values if warning.values else warning.what}")


@returned.command("read")
def returned_read(
    files: Files,
    *,
    against: Annotated[Path | None, typer.Option(help="The draft that was sent out")] = None,
    json: Json = True,
) -> None:
    """Say which comments and tracked changes a returned Word copy holds, and on which clauses."""
    from app.documents.docx.draft import read_draft
    from app.documents.docx.returned import as_json, read_returned

    del json
    base = None if against is None else read_draft(content(against), filename=against.name)
    each(files, lambda path: as_json(read_returned(content(path), base, filename=path.name)))


Round_ = Annotated[int, typer.Option("--round", help="The round's id, as in its address")]
Organisation_ = Annotated[str, typer.Option(help="The organisation's name; left out: as the file says")]
General = Annotated[bool, typer.Option("--general", help="What has no place is taken on the whole plan")]
LeaveOut = Annotated[bool, typer.Option("--leave-out", help="What has no place is left out")]


def taken_in(
    files: list[Path], round_id: int, organisation: str, read_as: str, *, general: bool, leave_out: bool
) -> None:
    """Import each file by itself, wholly or not at all, in the name of the plan's first secretariat seat."""
    from app.documents.apart import Reader
    from app.errors import NotFound
    from app.plans.models import Plan
    from app.returns.at_once import take_in
    from app.returns.rules import Choice
    from app.rounds.models import Round

    rest = Choice.GENERAL if general else Choice.LEFT_OUT if leave_out else None
    with Reader() as reader:

        def one(path: Path) -> dict[str, Any]:
            with session() as opened:
                round_ = opened.get(Round, round_id)
                if round_ is None:
                    raise NotFound("There is no round %(round)d.", round=round_id)
                _, by = secretariat(opened, opened.get_one(Plan, round_.plan_id).slug)
                done = take_in(
                    opened,
                    by=by,
                    round_=round_,
                    name=path.name,
                    data=content(path),
                    organisation=organisation,
                    read_as=read_as,
                    rest=rest,
                    reader=reader,
                    at=datetime.now(UTC),
                )
                opened.commit()
            return done

        each(files, one)


@returned.command("import")
def returned_import(
    files: Files,
    *,
    round_id: Round_,
    organisation: Organisation_ = "",
    general: General = False,
    leave_out: LeaveOut = False,
    json: Json = True,
) -> None:
    """Make comments of a round of what returned Word copies say; what is there already is not added twice."""
    del json
    taken_in(files, round_id, organisation, "word", general=general, leave_out=leave_out)


@sheet.command("import")
def sheet_import(
    files: Files,
    *,
    round_id: Round_,
    organisation: Organisation_ = "",
    general: General = False,
    leave_out: LeaveOut = False,
    json: Json = True,
) -> None:
    """Make comments of a round of what returned sheets say: each wholly or not at all, and only once."""
    del json
    taken_in(files, round_id, organisation, "sheet", general=general, leave_out=leave_out)


@sheet.command("read")
def sheet_read(
    files: Files,
    *,
    against: Annotated[Path, typer.Option(help="The draft that was commented on")],
    json: Json = True,
) -> None:
    """Say which comments a returned sheet (XLSX, DOCX, CSV, ODS) holds, and on which clauses."""
    from app.documents.docx.draft import read_draft
    from app.documents.sheets.reading import read_sheet
    from app.documents.sheets.sheet import as_json

    del json
    clauses = read_draft(content(against), filename=against.name).clauses
    each(files, lambda path: as_json(read_sheet(content(path), clauses)))


@app.command()
def refer(
    *,
    against: Annotated[Path, typer.Option(help="The draft that is referred to")],
    json: Json = True,
) -> None:
    """Find the clauses that people refer to: one reference a line in, one JSON object a line out."""
    from app.documents.docx.draft import read_draft
    from app.text.references import references, referred_json

    del json
    places = references(read_draft(content(against), filename=against.name).clauses)
    for line in sys.stdin:
        put(referred_json(places.refer(line)))


@app.command()
def anchor(*, json: Json = True) -> None:
    """Find quoted passages: one JSON object a line in, one out."""
    from app.text.anchors import anchor_line

    del json
    for _, line in lines():
        put(shaped(anchor_line, line))


@app.command()
def carry(*, json: Json = True) -> None:
    """Carry anchors from one version's paragraphs to the next's."""
    from app.text.carrying import carry_json

    del json
    put(shaped(carry_json, asked()))


@app.command()
def merge(*, json: Json = True) -> None:
    """Merge proposed changes over one base."""
    from app.text.merging import merge_json

    del json
    put(shaped(merge_json, asked()))


@app.command()
def similar(*, json: Json = True) -> None:
    """Suggest which comments make the same request."""
    from app.text.similarity import similar_json

    del json
    put(shaped(similar_json, asked()))


@app.command()
def export(
    round_id: Annotated[int, typer.Argument(metavar="ROUND", help="The round's id, as in its address")],
    *,
    formats: Annotated[
        str,
        typer.Option(
            "--as",
            help="With commas between: xlsx, docx, pdf, csv, json (the matrix); draft-docx, draft-pdf, draft-comments,"
            " draft-changes, draft-decisions (the draft); print; jsonld, akn",
        ),
    ] = "xlsx",
    to: Annotated[Path, typer.Option(help="The folder the files go to")] = Path(),
) -> None:
    """Write files of a round, as its secretariat sees it: the comment matrix, the draft, open formats."""
    from app.errors import Invalid, NotFound
    from app.plans.models import Plan
    from app.rounds.models import Round
    from app.web.exports import KINDS
    from app.web.exports import export as written

    wanted = [kind.strip().lower() for kind in formats.split(",") if kind.strip()]
    unknown = sorted(set(wanted) - set(KINDS))
    if unknown or not wanted:
        raise Invalid(
            "A round is written as %(known)s, not as %(what)s.",
            known=", ".join(KINDS),
            what=", ".join(unknown) or "?",
        )
    with session() as opened:
        round_ = opened.get(Round, round_id)
        if round_ is None:
            raise NotFound("There is no round %(round)d.", round=round_id)
        plan, by = secretariat(opened, opened.get_one(Plan, round_.plan_id).slug)
        to.mkdir(parents=True, exist_ok=True)
        for kind in wanted:
            write, name = written(opened, by=by, plan=plan, round_=round_, kind=kind, at=datetime.now(UTC))
            path = to / file_name(name)
            with path.open("w+b") as file:
                write(file)
            say(str(path))


def file_name(name: str) -> str:
    """A name that every system takes for a file; nothing in it leads out of a folder."""
    import re

    return re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', "-", name).strip(" .") or "runding"


@app.command()
def check() -> None:
    """Check the database: its tables, history's chain, and the numbers kept."""
    from app.checking import problems

    with session() as opened:
        found = list(problems(opened))
    for sentence in found:
        say(sentence)
    if found:
        raise typer.Exit(1)
    typer.echo("All is well.")


@app.command()
def backup(file: Path) -> None:
    """Copy the database to a file while people work."""
    from app.backups import backup as run

    run(file)
    say(f"Backed up to {file}.")


@app.command()
def restore(file: Path) -> None:
    """Put a backup in the place of the database; what is there now is kept beside it."""
    from app.backups import restore as run

    kept = run(file)
    say(f"Restored from {file}." + (f" What was there before is in {kept}." if kept else ""))


@app.command()
def docs() -> None:
    """Write the pages of docs/ that are printed from the code."""
    from app.documenting import write

    for path in write(Path("docs"), Path("README.md")):
        say(f"{path}")
