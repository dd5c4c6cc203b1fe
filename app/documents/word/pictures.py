"""A drawing as Word holds it: a picture of dots in a line of text, with what it shows in words."""

import re
import tempfile
from pathlib import Path

import typst

from app.documents.pdf.writing import HERE
from app.documents.word.markup import attribute

#: Dots to an inch, and English Metric Units to a millimetre (ECMA-376 part 1, 20.1.2.1).
DOTS, EMU = 200, 36_000

_VIEW = re.compile(r'viewBox="[\d.\-]+[ ,]+[\d.\-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def size_of(svg: str, width: float) -> tuple[int, int]:
    """Width and height of a drawing `width` millimetres wide, in English Metric Units."""
    found = _VIEW.search(svg)
    ratio = float(found[2]) / float(found[1]) if found else 0.5
    return round(width * EMU), round(width * ratio * EMU)


def as_png(svg: str, width: float) -> bytes:
    """The drawing as dots, `width` millimetres wide."""
    with tempfile.TemporaryDirectory(prefix="runding-picture-") as name:
        folder = Path(name)
        (folder / "picture.svg").write_text(svg, encoding="utf-8")
        (folder / "picture.typ").write_text(
            f'#set page(width: {width}mm, height: auto, margin: 0pt)\n#image("picture.svg", width: 100%)\n'
        )
        made = typst.compile(
            str(folder / "picture.typ"), format="png", ppi=DOTS, font_paths=[str(HERE / "fonts")]
        )
    if not isinstance(made, bytes):
        raise TypeError("one page was set, and one picture comes of it")
    return made


def drawing(n: int, link: str, shows: str, size: tuple[int, int]) -> str:
    """The run that holds picture number `n`."""
    wide, high = size
    name = f"Picture {n}"
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0"'
        f' distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{n}" name="{name}" descr="{attribute(shows)}"/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="{n}" name="{name}"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
