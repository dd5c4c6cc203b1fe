"""The pages say what the code does."""

import re
from pathlib import Path

import pytest

from app.documenting import pages, with_settings

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_printed_page_is_as_the_code_has_it(name: str):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


def test_the_readme_lists_the_settings_as_they_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_settings(readme) == readme, "run `make docs`"


def test_every_page_and_picture_that_a_document_names_is_there():
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} names {target}"
