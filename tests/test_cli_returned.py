"""Returned files by command: what scripts rely on, on a database of their own."""

import json
from pathlib import Path

from app.db import make_engine
from app.migrating import migrate
from tests.documents.docx_builder import docx, p, r
from tests.documents.returned_builder import Said, copy, end, start
from tests.test_cli import run
from tests.web.returning import Returning

DRAFT = (p(r("1. Scope"), style="Heading1"), p("Every worker may lodge a complaint in any language."))


def test_files_are_imported_once_and_a_refused_one_stops_no_other(tmp_path: Path):
    database = tmp_path / "runding.db"
    engine = make_engine(f"sqlite:///{database}")
    migrate(engine)
    world = Returning(engine, docx(*DRAFT))
    words = start("0") + r("Every worker") + end("0") + r(" may lodge a complaint in any language.")
    (tmp_path / "copy.docx").write_bytes(copy(DRAFT[0], p(words), comments=[Said("0", "Who else?")]))
    (tmp_path / "broken.docx").write_bytes(b"PK")
    (tmp_path / "sheet.csv").write_text("Clause;Comment\n1;We agree\nzzz;Where is this?\n")
    files = [str(tmp_path / name) for name in ("copy.docx", "broken.docx")]
    to = ["--round", str(world.round.id), "--organisation", "kc", "--json"]

    first, broken = map(
        json.loads, run("returned", "import", *files, *to, database=database).stdout.splitlines()
    )
    assert (first["new"], first["known"], first["numbers"]) == (1, 0, [1])
    assert set(broken) == {"file", "refused"}
    again = run("returned", "import", files[0], *to, database=database)
    assert json.loads(again.stdout) | {"new": 0, "known": 1} == json.loads(again.stdout)

    sheet = ["sheet", "import", str(tmp_path / "sheet.csv"), *to]
    refused = run(*sheet, database=database)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "1 items have no place" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert json.loads(run(*sheet, "--general", database=database).stdout)["new"] == 2
    assert run("check", database=database).returncode == 0
    assert len(world.comments()) == 3
    nobody = run("sheet", "import", files[0], "--round", "9", database=database)
    assert (nobody.returncode, nobody.stdout) == (2, "")
