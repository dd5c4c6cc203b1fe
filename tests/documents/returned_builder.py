"""Makes returned copies for the tests: a small Word file with comments, replies and resolved threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.documents.docx_builder import R, W, docx, escape

MS = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"


@dataclass(frozen=True)
class Said:
    key: str
    text: str = "Say more."
    author: str = "Aminah (invented)"
    date: str = "2026-01-01T09:00:00Z"
    parent: str = ""
    done: bool = False


def start(key: str) -> str:
    return f'<w:commentRangeStart w:id="{key}"/>'


def end(key: str) -> str:
    return f'<w:commentRangeEnd w:id="{key}"/>{point(key)}'


def point(key: str) -> str:
    return f'<w:r><w:commentReference w:id="{key}"/></w:r>'


def copy(*body: str, comments: Sequence[Said] = (), part: str = "comments", **more: Any) -> bytes:
    """A whole copy; `part` is what the comments' part is called, which nobody may rely on."""
    made = "".join(
        f'<w:comment w:id="{one.key}" w:author="{one.author}" w:initials="AA"'
        + (f' w:date="{one.date}">' if one.date else ">")
        + "".join(
            f'<w:p w14:paraId="{paragraph_id(one.key, n)}"><w:r><w:t>{escape(line)}</w:t></w:r></w:p>'
            for n, line in enumerate(one.text.split("\n"))
        )
        + "</w:comment>"
        for one in comments
    )
    threads = "".join(
        f'<w15:commentEx w15:paraId="{last_id(one)}" w15:done="{int(one.done)}"'
        + (
            f' w15:paraIdParent="{last_id(next(had for had in comments if had.key == one.parent))}"/>'
            if one.parent
            else "/>"
        )
        for one in comments
    )
    rels = (
        f'<Relationship Id="c1" Type="{R}/comments" Target="{part}.xml"/>'
        f'<Relationship Id="c2" Type="{MS}" Target="threads.xml"/>'
    )
    files = {
        f"word/{part}.xml": f'<w:comments xmlns:w="{W}" xmlns:w14="{W14}">{made}</w:comments>'.encode(),
        "word/threads.xml": f'<w15:commentsEx xmlns:w15="{W15}">{threads}</w15:commentsEx>'.encode(),
    }
    return docx(*body, files=files, rels=rels, **more)


def paragraph_id(key: str, line: int) -> str:
    return f"{int(key) + 1:04X}{line + 1:04X}"


def last_id(one: Said) -> str:
    return paragraph_id(one.key, one.text.count("\n"))
