"""A process of its own that sets one part of a document and ends, giving its memory back.

Run as a program: `python press.py FOLDER FONTS MEGABYTES ua-1|tagged|plain`. The folder holds page.typ and part.json;
the result is part.pdf. It imports nothing of the house.
"""

import contextlib
import sys
from pathlib import Path

import typst

with contextlib.suppress(ImportError):  # not on every system
    import resource


def main(folder: Path, fonts: str, megabytes: int, kind: str) -> None:
    """Set page.typ; the process dies rather than take more than `megabytes`.

    With `ua-1`, PDF/UA-1 is kept where it can be; words in a script that no font has are still printed.
    """
    with contextlib.suppress(NameError, ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    page, made = str(folder / "page.typ"), str(folder / "part.pdf")
    if kind == "ua-1":
        with contextlib.suppress(typst.TypstError):
            typst.compile(page, made, root=str(folder), font_paths=[fonts], pdf_standards=["ua-1"])
            return
    typst.compile(page, made, root=str(folder), font_paths=[fonts], pdf_tags=kind != "plain")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
