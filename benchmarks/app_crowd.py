"""People at work, all at once: real connections that speak as a browser does, a click every two seconds each."""

import asyncio
import random
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

SECONDS_BETWEEN_CLICKS = 2.0
LARGEST = 256 * 1024**2


async def crowd(url: str, *, people: int, clicks: int, page: str, views: Sequence[str]) -> list[float]:
    """
    Let people click.

    Args:
        url: The app.
        people: How many.
        clicks: How often each clicks.
        page: Name of the page that all of them look at.
        views: Query strings: each click asks for one of them.

    Returns:
        Seconds from each click until the page had been sent whole, one a click, in any order.
    """
    seconds = await asyncio.gather(
        *(person(url, number=number, clicks=clicks, page=page, views=views) for number in range(people))
    )
    return [each for one in seconds for each in one]


async def person(url: str, *, number: int, clicks: int, page: str, views: Sequence[str]) -> list[float]:
    """Open a page, look at it for a moment, then click again and again; give the seconds that each click took."""
    drawn = random.Random(number)
    found = []
    parts = urlsplit(url)
    await asyncio.sleep(drawn.uniform(0, SECONDS_BETWEEN_CLICKS))
    async with connect(
        f"ws://{parts.netloc}/_stcore/stream",
        origin=f"{parts.scheme}://{parts.netloc}",  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=LARGEST,
        max_queue=256,
    ) as connection:
        await answered(connection, page=page, query="")
        await asyncio.sleep(drawn.uniform(0, SECONDS_BETWEEN_CLICKS))
        for _ in range(clicks):
            started = time.perf_counter()
            await answered(connection, page=page, query=drawn.choice(views))
            took = time.perf_counter() - started
            found.append(took)
            await asyncio.sleep(max(0.0, SECONDS_BETWEEN_CLICKS - took))
    return found


async def answered(connection: ClientConnection, *, page: str, query: str) -> None:
    """Ask for a page, and read until its script has come to its end."""
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    message.rerun_script.context_info.timezone = "UTC"
    await connection.send(message.SerializeToString())
    async for raw in connection:
        read = ForwardMsg()
        read.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
        if read.WhichOneof("type") == "page_not_found":
            raise RuntimeError(f"there is no page {page}")
        if read.WhichOneof("type") == "script_finished":
            if read.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return
            if read.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise RuntimeError(f"the page {page} cannot be run")
    raise RuntimeError("the server has ended the connection")


def percentile(seconds: Sequence[float], percent: float) -> float:
    """Give the value that so many percent are not above; the nearest rank."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(percent) // 100) - 1))]
