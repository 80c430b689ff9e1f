"""The real S3 server of the tests: SeaweedFS on this computer only; see benchmarks/s3_server.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autotrain_core.store import Patience, S3Home
from autotrain_core.store._s3_server import make_client
from benchmarks.s3_server import SeaweedServer

# Writes to one key wait for each other in steps of a second there.
PATIENCE = Patience(connect=3, read=12, total=30, first_wait=0.02, longest_wait=0.5)


class S3Server(SeaweedServer):
    """A server with one bucket; a test takes a prefix of its own in it."""

    def __init__(self) -> None:
        super().__init__()
        self._clients: dict[tuple[str, Patience], Any] = {}

    def s3_home(self, prefix: str, *, patience: Patience = PATIENCE, endpoint: str = "") -> S3Home:
        """
        Open a home.

        Args:
            prefix: What stands before its keys.
            patience: How long it waits.
            endpoint: Where to ask in place of the server: the address of a proxy.
        """
        settings = {**self.settings, "endpoint_url": endpoint or self.endpoint}
        key = (settings["endpoint_url"], patience)
        if key not in self._clients:
            self._clients[key] = make_client(patience, settings)
        return S3Home(self._clients[key], self.bucket, prefix, patience=patience)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        super().close()


@contextmanager
def running_seaweed() -> Iterator[S3Server]:
    """Keep a server running; see `benchmarks.s3_server.running_s3`."""
    server = S3Server()
    try:
        server.start()
        yield server
    finally:
        server.close()
