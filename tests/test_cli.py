"""The command line, as scripts rely on it: one document out, one sentence and exit code 2 for what is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str, given: str = "", database: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"RUNDING_DATABASE_URL": f"sqlite:///{database}"} if database else {})
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
    )


def test_an_anchor_is_found_a_line_each():
    lines = [
        {"text": "Say who decides. Say when.", "exact": "Say when"},
        {"text": "Say who decides.", "exact": "nothing like it anywhere"},
    ]
    done = run("anchor", "--json", given="\n".join(json.dumps(line) for line in lines))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (found[0]["start"], found[0]["end"]) == (17, 25)
    assert found[1]["start"] is None
    assert found[1]["how"] == "orphan"


def test_changes_to_different_words_are_merged():
    asked = {
        "base": "The agency answers within ten days.",
        "changes": [
            {"id": "a", "text": "The agency answers within five days."},
            {"id": "b", "text": "The agency shall answer within ten days."},
        ],
    }
    merged = json.loads(run("merge", "--json", given=json.dumps(asked)).stdout)
    assert merged["text"] == "The agency shall answer within five days."
    assert merged["collisions"] == []


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["draft", "read", "no such file.docx"], ""),
        (["draft", "read", "README.md"], ""),
        (["merge", "--json"], "this is no JSON"),
        (["merge", "--json"], '["no shape"]'),
        (["anchor", "--json"], "{"),
        (["draft", "import", "README.md"], ""),
        (["nonsense"], ""),
    ],
)
def test_what_is_refused_gets_one_sentence_and_exit_code_2(arguments, given):
    done = run(*arguments, given=given)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_several_files_are_a_line_each_and_a_refused_one_says_why(shared: Path):
    done = run("draft", "read", str(shared / "data/napfl/napfl.docx"), "README.md", "--json")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["clauses"]
    assert set(second) == {"file", "refused"}


def test_two_drafts_are_compared(shared: Path):
    folder = shared / "data" / "napfl"
    done = run("draft", "compare", str(folder / "napfl.docx"), str(folder / "napfl-v2.docx"), "--json")
    kinds = {one["kind"] for one in json.loads(done.stdout)["lineage"]}
    assert {"kept", "edited", "moved", "deleted", "new"} <= kinds


def test_a_plan_is_founded_backed_up_and_restored(tmp_path: Path):
    database, copy = tmp_path / "a.db", tmp_path / "copy.db"
    assert run("migrate", database=database).returncode == 0
    founded = run("plan", "new", "Plan", "--slug", "nap", "--email", "a@b.example", database=database)
    assert founded.returncode == 0, founded.stderr
    assert "/sign-in/" in run("link", "a@b.example", database=database).stdout
    assert run("link", "nobody@b.example", database=database).returncode == 2
    assert run("backup", str(copy), database=database).returncode == 0
    assert run("backup", str(copy), database=database).returncode == 2
    other = tmp_path / "b.db"
    assert run("restore", str(copy), database=other).returncode == 0
    assert run("check", database=other).stdout == "All is well.\n"
    assert "/sign-in/" in run("link", "a@b.example", database=other).stdout
    assert run("restore", "README.md", database=other).returncode == 2


def test_returned_copies_are_read_a_line_each_and_a_refused_one_says_why(tmp_path: Path):
    from tests.documents.docx_builder import p, r
    from tests.documents.returned_builder import Said, copy, end, start

    file = tmp_path / "copy.docx"
    file.write_bytes(copy(p(r("A ") + start("0") + r("word") + end("0")), comments=[Said("0", "Which?")]))
    done = run("returned", "read", str(file), "README.md", "--json")
    read, refused = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0
    assert set(read) == {"file", "comments", "changes", "untracked", "orphans", "warnings"}
    assert (read["comments"][0]["text"], read["comments"][0]["quote"]) == ("Which?", "word")
    assert set(refused) == {"file", "refused"}
    against_itself = json.loads(run("returned", "read", str(file), "--against", str(file), "--json").stdout)
    assert against_itself["comments"] == read["comments"]
    assert against_itself["untracked"] == []
