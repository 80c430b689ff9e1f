"""
A proxy between us and an S3 server that makes go wrong what a real server does not do when asked.

It passes requests on as they are, the name of the host included, so signatures stay valid. Some faults happen before
the server has seen the request, some after it has carried it out: only the second kind shows what a program does
when an answer is lost.
"""

import re
import socket
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BEFORE = ("503 SlowDown", "500 InternalError", "409 OperationAborted", "hang", "refuse", "cut upload")
AFTER = ("hang after", "lost answer", "500 after", "cut answer", "late")
LASTING = ("403 RequestTimeTooSkewed",)
ANNOUNCED = 5 * 1024**3
FAULTS = (*BEFORE, *AFTER, *LASTING, "announce 5 GB")

LATE = 0.4
LONGEST_HANG = 30.0


@dataclass(frozen=True)
class Seen:
    """A request as it came: get, range, head, list, create, replace or put; of what; which fault it met; what came of it."""

    operation: str
    key: str
    fault: str
    applied: bool


@dataclass
class Plan:
    """So many requests of this kind, with a path in which this is found, meet this fault."""

    operation: str
    fault: str
    times: int
    key: re.Pattern[str]


@dataclass
class Answer:
    status: int
    reason: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


class FaultProxy:
    """Use as `with running_proxy(server.endpoint) as proxy`; all methods may be called while it serves."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target).netloc
        self.seen: list[Seen] = []
        self._plans: list[Plan] = []
        self._chaos: tuple[Random, float, Sequence[str]] | None = None
        self._lock = threading.Lock()
        self._busy = 0
        self.let_go = threading.Event()
        self.server = Listener(("127.0.0.1", 0), Handler)
        self.server.proxy = self

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def fail(self, operation: str, *faults: str, times: int = 1, key: str = "") -> None:
        """Let the next requests of a kind ("" for any) meet these faults, each so many times, one after the other."""
        with self._lock:
            self._plans += [Plan(operation, fault, times, re.compile(key)) for fault in faults]

    def let_be(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._plans, self._chaos = [], None

    def chaos(self, *, seed: int, share: float, faults: Sequence[str]) -> None:
        """Let this share of all requests meet a fault, drawn by lot."""
        self._chaos = (Random(seed), share, faults)

    def count(self, operation: str, *, applied: bool | None = None) -> int:
        with self._lock:
            return sum(seen.operation == operation and applied in (None, seen.applied) for seen in self.seen)

    def settle(self) -> None:
        """Let go of what hangs, and wait until nothing is on its way any more."""
        self.let_go.set()
        while self._busy:
            time.sleep(0.01)
        self.let_go.clear()

    def next_fault(self, operation: str, path: str) -> str:
        with self._lock:
            for plan in self._plans:
                if plan.times and plan.operation in ("", operation) and plan.key.search(path):
                    plan.times -= 1
                    return plan.fault
            if self._chaos:
                random, share, faults = self._chaos
                return random.choice(faults) if random.random() < share else ""
            return ""

    def note(self, operation: str, key: str, fault: str, *, applied: bool) -> None:
        with self._lock:
            self.seen.append(Seen(operation, key, fault, applied))

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self._lock:
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1


class Listener(ThreadingHTTPServer):
    """Closes a connection at once: a fault is not to say good-bye."""

    daemon_threads = True
    request_queue_size = 64
    proxy: FaultProxy

    def shutdown_request(self, request: Any) -> None:
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what this is about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener

    def do_GET(self) -> None:
        with self.server.proxy.counted():
            self.pass_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    do_PUT = do_HEAD = do_POST = do_DELETE = do_GET  # noqa: N815 - the library wants them so

    def log_message(self, *_: Any) -> None:
        """Nothing: what was seen is in `FaultProxy.seen`."""

    @property
    def operation(self) -> str:
        match self.command:
            case "PUT":
                return (
                    "create" if "If-None-Match" in self.headers else "replace" if "If-Match" in self.headers else "put"
                )
            case "GET" if "list-type" in parse_qs(urlsplit(self.path).query):
                return "list"
            case "GET" if "Range" in self.headers:
                return "range"
            case command:
                return command.lower()

    def pass_on(self, body: bytes) -> None:
        proxy, operation, path = self.server.proxy, self.operation, unquote(urlsplit(self.path).path)
        fault = proxy.next_fault(operation, unquote(self.path))
        answer = None
        try:
            answer = self.meet(fault, body)
        finally:
            is_applied = answer is not None and answer.status < 300
            proxy.note(operation, path, fault, applied=is_applied)

    def meet(self, fault: str, body: bytes) -> Answer | None:
        """Do what the fault says; give the answer of the server, where it was asked."""
        match fault.split():
            case []:
                answer = self.ask(body)
                self.give(answer)
                return answer
            case ["hang"]:
                self.server.proxy.let_go.wait(LONGEST_HANG)
            case ["refuse"]:
                pass
            case ["cut", "upload"]:
                self.ask(body, most=len(body) // 2)
            case ["late"]:
                self.break_off()
                time.sleep(LATE)
                return self.ask(body)
            case ["announce", *_]:
                self.announce()
            case ["hang", "after"]:
                answer = self.ask(body)
                self.server.proxy.let_go.wait(LONGEST_HANG)
                self.break_off()
                return answer
            case [status, "after"]:
                answer = self.ask(body)
                self.refuse(int(status), "InternalError")
                return answer
            case ["lost", "answer"]:
                answer = self.ask(body)
                self.break_off()
                return answer
            case ["cut", "answer"]:
                answer = self.ask(body)
                self.give(answer, most=len(answer.body) // 2)
                self.break_off()
                return answer
            case [status, code]:
                self.refuse(int(status), code)
                return None
        self.break_off()
        return None

    def ask(self, body: bytes, *, most: int | None = None) -> Answer:
        """Ask the server; where `most` is given, break off after so many bytes of the body."""
        connection = HTTPConnection(self.server.proxy.target, timeout=LONGEST_HANG)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("expect", "connection"):
                connection.putheader(name, value)
        try:
            connection.endheaders()
            connection.send(body[:most])
            if most is not None:
                reset(connection.sock)
                return Answer(0, "")
            response = connection.getresponse()
            given = response.read()
            return Answer(response.status, response.reason, response.getheaders(), given)
        except (OSError, HTTPException):
            self.break_off()
            return Answer(599, "the server is gone")
        finally:
            connection.close()

    def give(self, answer: Answer, *, most: int | None = None) -> None:
        if answer.status == 599:
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers:
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        of_head = next((value for name, value in answer.headers if name.lower() == "content-length"), "0")
        self.send_header("Content-Length", of_head if self.command == "HEAD" else str(len(answer.body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(answer.body[:most])

    def refuse(self, status: int, code: str) -> None:
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>On request.</Message></Error>".encode()
        self.send_response_only(status, code)
        ahead = 20 * 60 if code == "RequestTimeTooSkewed" else 0
        self.send_header("Date", formatdate(time.time() + ahead, usegmt=True))
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(0 if self.command == "HEAD" else len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def announce(self) -> None:
        self.send_response_only(206 if self.operation == "range" else 200)
        self.send_header("ETag", '"0123456789abcdef0123456789abcdef"')
        self.send_header("Last-Modified", formatdate(usegmt=True))
        self.send_header("Content-Length", str(ANNOUNCED))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"and so on")

    def break_off(self) -> None:
        self.close_connection = True
        self.rfile.close()
        reset(self.connection)


def reset(connection: socket.socket) -> None:
    """Close without a good-bye: the other side sees a connection that broke."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


@contextmanager
def running_proxy(target: str) -> Iterator[FaultProxy]:
    """Stand between whoever asks `proxy.endpoint` and the server at `target`."""
    proxy = FaultProxy(target)
    thread = threading.Thread(target=proxy.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.let_go.set()
        proxy.server.shutdown()
        thread.join()
        proxy.server.server_close()
