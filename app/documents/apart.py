"""Reads returned files in a process of their own, so that a hostile one can harm nobody but itself."""

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from app.documents.package import TOO_LARGE
from app.errors import Invalid
from app.words import N_

#: Seconds after which a reading is given up whatever it waits for; its processor time ends long before.
PATIENCE = 60.0
#: So many files are read by one process before another takes over.
AT_MOST = 12
#: Bytes of an answer that are taken at most.
MOST_ANSWERED = 96 * 1024 * 1024
TOO_MUCH = N_(
    "Reading this file took more time or memory than a file may take. Remove what is no comment, or split it,"
    " and send it again."
)
ROOT = Path(__file__).resolve().parent.parent.parent


class Reader:
    """A process that reads file after file; started when needed, and again when one has ended it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.reads = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next reading starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None
        self.reads = 0

    def kill(self) -> None:
        """End a reading that another thread waits for."""
        process = self.process
        if process is not None:
            process.kill()

    def read(
        self,
        data: bytes,
        *,
        name: str,
        clauses: Sequence[Mapping[str, Any]],
        read_as: str = "",
        mapping: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Read a returned file against a draft's clauses; raises Invalid with one sentence for a person.

        Gives `{kind: "word", copy}`, `{kind: "sheet", sheet}` (the dataclasses of the readers as mappings) or
        `{kind: "columns", rows}`: the first lines of a sheet whose columns somebody must name.
        """
        job = {"as": read_as, "name": name, "clauses": list(clauses), "mapping": dict(mapping or {})}
        packed = json.dumps(job).encode()
        fresh = self.process is None or self.reads >= AT_MOST
        if fresh:
            self.close()
        answer = self._asked(packed, data)
        if not fresh and answer is not None and answer.get("refused", {}).get("sentence") == TOO_LARGE:
            self.close()  # it may have been what earlier files left behind
            answer = self._asked(packed, data)
        self.reads += 1
        if answer is None:
            self.close()
            raise Invalid(TOO_MUCH)
        if refused := answer.get("refused"):
            self.close()
            raise Invalid(refused["sentence"], **refused["values"])
        return answer

    def _asked(self, job: bytes, data: bytes) -> dict[str, Any] | None:
        """Send a job and wait for its answer; None when the process died of it."""
        process = self._running()
        if process.stdin is None or process.stdout is None:
            return None
        ended = threading.Timer(PATIENCE, process.kill)
        ended.start()
        try:
            for part in (job, data):
                process.stdin.write(struct.pack(">Q", len(part)) + part)
            process.stdin.flush()
            head = process.stdout.read(8)
            size = struct.unpack(">Q", head)[0] if len(head) == 8 else MOST_ANSWERED + 1
            if size > MOST_ANSWERED:
                return None
            packed = process.stdout.read(size)
        except OSError:
            return None
        finally:
            ended.cancel()
        if len(packed) != size:
            return None
        answer: dict[str, Any] = json.loads(packed)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.close()
            self.process = subprocess.Popen(  # this very program
                [sys.executable, "-m", "app.documents.reading_apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
            )
        return self.process
