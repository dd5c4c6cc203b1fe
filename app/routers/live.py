"""What happens in a round while a page is open on it, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.errors import Forbidden
from app.matrix import news
from app.policy import May
from app.routers.deps import InRound
from app.routers.forms import LARGEST, number_in
from app.web.here import Here
from app.web.live import Live, Stream

router = APIRouter()

#: Seconds of silence after which a sign of life is sent, so that what lies between keeps the stream open.
BEATS_EVERY = 15.0
#: What a page has missed is told one by one up to so much; one that missed more is told to load itself again.
MISSED = 200
#: Ids are given before they are committed: so many before the last one heard are told again, and known by it.
AGAIN = 50


@router.get("/rounds/{round_id}/live", include_in_schema=False)
async def live(
    here: InRound,
    since: Annotated[float | None, Query(ge=0, le=LARGEST)] = None,
    last: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
    last_event_id: Annotated[str, Header()] = "",
) -> Response:
    """A stream of what happens from now on, after what happened since a moment or an event's id."""
    here.require(May.SEE_MATRIX)
    heard = number_in(last_event_id)
    signed_in_id = here.request.state.signed_in_id
    if signed_in_id is None:
        raise Forbidden("You are not signed in, or your session has ended. Sign in again.")
    told_by: Live = here.request.app.state.live
    stream = told_by.open(here.viewer, here.the_round.id or 0, signed_in_id)
    try:
        await run_in_threadpool(told_by.ready, here.db)
        missed = await run_in_threadpool(_missed, here, since, last if heard is None else heard)
    except BaseException:
        told_by.close(stream)
        raise
    return StreamingResponse(
        _events(told_by, stream, missed),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def _missed(here: Here, since: float | None, last: int | None) -> list[news.News] | None:
    """What happened between the page or the last event and this stream; None when it is too much to tell."""
    if last is not None:
        happened = news.changes_of(here.db, here.the_round.id or 0, MISSED + 1, after=max(0, last - AGAIN))
    elif since is not None:
        moment = datetime.fromtimestamp(since, UTC)
        happened = news.changes_of(here.db, here.the_round.id or 0, MISSED + 1, since=moment)
    else:
        return []
    return news.told(here.db, here.viewer, here.the_round, happened) if len(happened) <= MISSED else None


async def _events(told_by: Live, stream: Stream, missed: list[news.News] | None) -> AsyncIterator[str]:
    try:
        yield "retry: 3000\n\n"
        if missed is None:
            yield "event: much\ndata: {}\n\n"
        for one in missed or ():
            yield _event(one)
        while True:
            try:
                one_ = await asyncio.wait_for(stream.queue.get(), BEATS_EVERY)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if one_ is None:
                break
            yield _event(one_)
        if stream.because:
            yield f"event: {stream.because}\ndata: {{}}\n\n"
    finally:
        told_by.close(stream)


def _event(one: news.News) -> str:
    told = {name: value for name, value in asdict(one).items() if name not in {"id", "subject"}}
    return f"id: {one.id}\nevent: {one.subject}\ndata: {json.dumps(told)}\n\n"
