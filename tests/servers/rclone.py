"""A server that speaks S3 and takes no notice of conditions: rclone, which must be refused."""

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.s3_server import free_ports, guarded, program

SETTINGS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}


@contextmanager
def running_rclone() -> Iterator[str]:
    """
    Keep a server running with one empty bucket "bucket", and give its address.

    Raises:
        FileNotFoundError: The program `rclone` is not installed.
        TimeoutError: It does not answer.
    """
    rclone = program("rclone")
    folder = Path(tempfile.mkdtemp(prefix="autotrain-rclone-"))
    (folder / "bucket").mkdir()
    (port,) = free_ports(1)
    keys = f"{SETTINGS['aws_access_key_id']},{SETTINGS['aws_secret_access_key']}"
    command = [rclone, "serve", "s3", f"--addr=127.0.0.1:{port}", f"--auth-key={keys}", str(folder)]
    server = guarded(command, folder=folder, environment={"RCLONE_CONFIG": str(folder / "none")})
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.end()


def wait_for(port: int, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise TimeoutError(f"nothing listens on port {port}") from None
            time.sleep(0.05)
        else:
            return
