"""The homes that the tests of this room ask for."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autotrain_core.store import FolderHome, Home, MemoryHome, S3Home, Store
from tests.servers.proxy import FaultProxy, running_proxy
from tests.servers.seaweed import S3Server

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> str:
    """A place in the bucket that no other test uses."""
    return f"{request.node.path.stem}/{os.urandom(6).hex()}"


@pytest.fixture
def folder_home(tmp_path: Path) -> FolderHome:
    folder = tmp_path / "store"
    folder.mkdir()
    return FolderHome(folder)


@pytest.fixture
def root(folder_home: FolderHome) -> Path:
    """The folder of `folder_home`."""
    return Path(folder_home.url)


def files_of(root: Path) -> list[str]:
    """Every file, what is written beside included, the locks left out."""
    return sorted(
        path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and path.suffix != ".lock"
    )


@pytest.fixture
def bucket_home(s3_server: S3Server, place: str) -> S3Home:
    return s3_server.s3_home(place)


@pytest.fixture(params=["memory", "folder", "bucket"])
def home(request: pytest.FixtureRequest) -> Home:
    """An empty home of every kind."""
    if request.param == "memory":
        return MemoryHome()
    made: Home = request.getfixturevalue(f"{request.param}_home")
    return made


@pytest.fixture
def store(home: Home) -> Store:
    """An empty store in every kind of home."""
    return Store(home)


@pytest.fixture
def memory() -> Store:
    """An empty store in memory, for what does not depend on the home."""
    return Store(MemoryHome())


@pytest.fixture(scope="session")
def proxy_of_all(s3_server: S3Server) -> Iterator[FaultProxy]:
    with running_proxy(s3_server.endpoint) as proxy:
        yield proxy


@pytest.fixture
def proxy(proxy_of_all: FaultProxy) -> Iterator[FaultProxy]:
    """What stands between us and the server, and makes go wrong what it is told to."""
    proxy_of_all.let_be()
    proxy_of_all.seen.clear()
    yield proxy_of_all
    proxy_of_all.let_be()
    proxy_of_all.settle()
