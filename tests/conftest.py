"""What every test may ask for."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

# A search that found nothing yesterday must not fail the change of somebody else today: the server repeats
# one sequence of examples, a developer's machine draws new ones. A busy machine is no fault of the code.
settings.register_profile("developer", deadline=None, print_blob=True)
settings.register_profile("server", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("server" if os.environ.get("CI") else "developer")

# The programs that tests start must write as they do for everybody else.
os.environ.pop("PYTHONUNBUFFERED", None)


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
