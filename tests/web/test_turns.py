"""Many people at once are answered one after the other, and who sends slowly keeps nobody waiting."""

import asyncio
import socket
from contextlib import ExitStack

import httpx2
from sqlalchemy import Engine
from sqlmodel import Session

from app.people.rules import Role
from tests.factories import make_draft, make_plan, make_round, make_seat
from tests.web.listening import process, session_of


def test_eighty_people_in_one_second_are_all_answered_while_thirty_send_slowly(engine: Engine):
    with Session(engine) as session:
        plan = make_plan(session)
        path = f"/rounds/{make_round(session, plan, make_draft(session, plan)).id}"
        person_id = make_seat(session, plan, Role.SECRETARIAT).person_id
        session.commit()
    cookie = f"runding={session_of(engine, person_id)[1]}"

    async def crowd(address: str) -> list[int]:
        limits = httpx2.Limits(max_connections=100)
        async with httpx2.AsyncClient(
            base_url=address, limits=limits, timeout=25, headers={"cookie": cookie}
        ) as client:
            answers = await asyncio.gather(*(client.get(f"{path}/matrix") for _ in range(80)))
        return [answer.status_code for answer in answers]

    with process(engine) as address, ExitStack() as slow:
        for _ in range(30):
            host, _, port = address.removeprefix("http://").partition(":")
            sender = slow.enter_context(socket.create_connection((host, int(port))))
            sender.sendall(
                f"POST {path}/comments HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n"
                "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 1000\r\n\r\ntext=I".encode()
            )
        assert asyncio.run(crowd(address)) == [200] * 80
        slow.close()
