"""Parts of one PDF bound together: pages, bookmarks and the tags that screen readers go by.

Tags (ISO 32000-1, 14.7): each part has a tree of structure elements, a number tree that leads from what is
marked on a page to them, and names of header cells. Bound together the trees stand side by side, the
numbers are counted on, and each name carries its part's number. Run as a program, in a process of its own:
`python binding.py WHOLE PART…`; it imports nothing of the house.

Tags are half of a long table's file, and all of them stand in memory while they are bound. So beyond
`MOST_TAGGED` parts, some 240 pages, a document is bound without: nobody reads a thousand rows aloud.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Pdf, String

#: A document of more parts than these is bound without tags.
MOST_TAGGED = 4


def bind(parts: Sequence[Path], into: Path) -> None:
    """Write the parts, in order, to `into` as one PDF, tagged when there are no more than `MOST_TAGGED`."""
    if len(parts) > MOST_TAGGED:
        _bind_untagged(parts, into)
    else:
        _bind_tagged(parts, into)


def _bind_untagged(parts: Sequence[Path], into: Path) -> None:
    with ExitStack() as held:
        whole = held.enter_context(pikepdf.open(parts[0]))
        _untag(whole)
        bookmarks = list(_bookmarks(whole.Root))
        for path in parts[1:]:
            part = held.enter_context(pikepdf.open(path))
            _untag(part)
            whole.pages.extend(part.pages)
            if "/Outlines" in part.Root:
                outlines = whole.copy_foreign(part.make_indirect(part.Root.Outlines))
                bookmarks += _bookmarks(Dictionary(Outlines=outlines))
        _hang(whole, bookmarks)
        whole.save(into)


def _untag(part: Pdf) -> None:
    """Take out a part's tags, and what leads to them."""
    for name in ("/StructTreeRoot", "/MarkInfo"):
        if name in part.Root:
            del part.Root[name]
    for page in part.pages:
        for one in (page.obj, *page.obj.get("/Annots", ())):
            for name in ("/StructParents", "/StructParent"):
                if name in one:
                    del one[name]


def _bind_tagged(parts: Sequence[Path], into: Path) -> None:
    with ExitStack() as held:
        whole = held.enter_context(pikepdf.open(parts[0]))
        root = whole.Root.StructTreeRoot
        bookmarks = list(_bookmarks(whole.Root))
        kids, numbers = list(_each(root.K)), list(root.ParentTree.Nums)
        names = _pairs(root.IDTree.Names) if "/IDTree" in root else []
        following = _after(numbers)
        for n, path in enumerate(parts[1:], 1):
            part = held.enter_context(pikepdf.open(path))
            _rename(part, f"part{n}-")
            _count_on(part, following)
            whole.pages.extend(part.pages)
            tree = whole.copy_foreign(part.make_indirect(part.Root.StructTreeRoot))
            if "/Outlines" in part.Root:
                outlines = whole.copy_foreign(part.make_indirect(part.Root.Outlines))
                bookmarks += _bookmarks(Dictionary(Outlines=outlines))
            kids += _each(tree.K)
            numbers += list(tree.ParentTree.Nums)
            names += _pairs(tree.IDTree.Names) if "/IDTree" in tree else []
            following = _after(numbers)
        for kid in kids:
            kid.P = root
        root.K = Array(kids)
        root.ParentTree = whole.make_indirect(Dictionary(Nums=Array(numbers)))
        root.ParentTreeNextKey = following
        if names:
            inner = [one for pair in sorted(names, key=lambda pair: bytes(pair[0])) for one in pair]
            root.IDTree = whole.make_indirect(Dictionary(Names=Array(inner)))
        _hang(whole, bookmarks)
        whole.save(into)


def _each(kids: Any) -> list[Any]:
    return list(kids) if isinstance(kids, Array) else [kids]


def _pairs(flat: Any) -> list[tuple[Any, Any]]:
    return list(zip(list(flat)[::2], list(flat)[1::2], strict=True))


def _after(numbers: list[Any]) -> int:
    return 1 + max((int(one) for one in numbers[::2]), default=-1)


def _elements(root: Any) -> Iterator[Any]:
    """Every structure element below the root."""
    waiting = _each(root.K)
    while waiting:
        one = waiting.pop()
        if isinstance(one, Dictionary) and "/S" in one:
            yield one
            if "/K" in one:
                waiting += _each(one.K)


def _rename(part: Pdf, mark: str) -> None:
    """Put `mark` before every name of a header cell, where it is given and where it is used."""
    for one in _elements(part.Root.StructTreeRoot):
        if "/ID" in one:
            one.ID = String(mark + str(one.ID))
        for about in _each(one.A) if "/A" in one else ():
            if isinstance(about, Dictionary) and "/Headers" in about:
                about.Headers = Array([String(mark + str(name)) for name in about.Headers])
    if "/IDTree" in part.Root.StructTreeRoot:
        tree = part.Root.StructTreeRoot.IDTree
        flat = [inner for name, one in _pairs(tree.Names) for inner in (String(mark + str(name)), one)]
        tree.Names = Array(flat)


def _count_on(part: Pdf, start: int) -> None:
    """Give what is marked on the part's pages, and its links, numbers from `start`."""
    numbers = part.Root.StructTreeRoot.ParentTree.Nums
    flat = [inner for n, one in _pairs(numbers) for inner in (int(n) + start, one)]
    part.Root.StructTreeRoot.ParentTree.Nums = Array(flat)
    for page in part.pages:
        if "/StructParents" in page.obj:
            page.obj.StructParents = int(page.obj.StructParents) + start
        for link in page.obj.get("/Annots", ()):
            if "/StructParent" in link:
                link.StructParent = int(link.StructParent) + start


def _bookmarks(root: Any) -> Iterator[Any]:
    """The bookmarks at the top."""
    one = root.Outlines.get("/First") if "/Outlines" in root else None
    while one is not None:
        yield one
        one = one.get("/Next")


def _hang(whole: Pdf, bookmarks: list[Any]) -> None:
    """Chain the bookmarks at the top under one root."""
    if not bookmarks:
        return
    root = whole.make_indirect(
        Dictionary(Type=pikepdf.Name.Outlines, First=bookmarks[0], Last=bookmarks[-1], Count=len(bookmarks))
    )
    for n, one in enumerate(bookmarks):
        one.Parent = root
        if n:
            one.Prev = bookmarks[n - 1]
            bookmarks[n - 1].Next = one
    whole.Root.Outlines = root


if __name__ == "__main__":
    bind([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]))
