"""Many writers at once, through a proxy that spoils a quarter of all requests: nothing is lost and nothing is double."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from autotrain_core.errors import ConflictError
from autotrain_core.store import ABSENT, Patience, S3Home
from tests.servers.proxy import AFTER, BEFORE, FaultProxy
from tests.servers.seaweed import S3Server

PATIENCE = Patience(connect=3, read=4, total=60, first_wait=0.02, longest_wait=0.5)
WRITERS = 8
# The server lets writers of one key wait for each other in steps of a second: so no more than four meet.
ROWS = 2
EACH = 25
# What hangs costs the time of waiting, and teaches nothing that the others do not.
SPOILED = [fault for fault in (*BEFORE, *AFTER) if not fault.startswith("hang")]


def append(home: S3Home, row: int, writer: int, lots: random.Random) -> int:
    """Create numbered objects, each behind the last one that is known; give how often somebody was faster."""
    number = overtaken = 0
    for event in range(EACH):
        while True:
            number += 1
            try:
                home.put(f"{row}/{number:04}", f"{writer}-{event}".encode(), replaces=ABSENT)
            except ConflictError:
                overtaken += 1
                time.sleep(lots.uniform(0, 0.01))
                continue
            break
    return overtaken


def test_writers_in_chaos_lose_nothing_and_double_nothing(
    s3_server: S3Server, bucket_home: S3Home, proxy: FaultProxy, place: str
) -> None:
    home = s3_server.s3_home(place, patience=PATIENCE, endpoint=proxy.endpoint)
    proxy.chaos(seed=3, share=0.25, faults=SPOILED)

    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(append, home, writer % ROWS, writer, random.Random(writer)) for writer in range(WRITERS)]
        overtaken = sum(one.result() for one in running)

    proxy.settle()
    keys = [listed.key for listed in bucket_home.list("")]
    bodies = [bucket_home.get(key)[0].decode() for key in keys]
    faults = Counter(seen.fault for seen in proxy.seen if seen.fault)
    assert keys == [f"{row}/{number:04}" for row in range(ROWS) for number in range(1, WRITERS // ROWS * EACH + 1)]
    assert sorted(bodies) == sorted(f"{writer}-{event}" for writer in range(WRITERS) for event in range(EACH))
    # Otherwise this would show nothing.
    assert overtaken > WRITERS
    assert set(faults) == set(SPOILED)
    assert 0.2 < faults.total() / len(proxy.seen) < 0.3
    assert proxy.count("create", applied=True) == WRITERS * EACH
