"""Where the files lie that travel with the package but are no Python modules of it."""

from pathlib import Path

from autotrain_core.errors import NotStoredError


def app_file() -> Path:
    """
    Find the app.

    Returns:
        Path of `app.py`, with `pages/` and `.streamlit/` beside it.

    Raises:
        NotStoredError: The installation lacks the app.
    """
    return _beside("app.py")


def server_file() -> Path:
    """
    Find what starts the server around the app.

    Returns:
        Path of `serve.py`, with `app.py` and `.streamlit/` beside it.

    Raises:
        NotStoredError: The installation lacks it.
    """
    return _beside("serve.py")


def shipped_curricula() -> Path:
    """
    Find the curricula that ship with the program.

    Returns:
        Path of the folder `curriculums`, one folder a curriculum in it.

    Raises:
        NotStoredError: The installation lacks the curricula.
    """
    return _beside("curriculums")


def _beside(name: str, package: Path = Path(__file__).parent) -> Path:
    # In a wheel the app lies under a name of its own, in a checkout simply beside the package.
    candidates = (package.parent / "autotrain_app" / name, package.parent / name)
    for candidate in candidates:
        if candidate.exists():
            return candidate
    looked = " and ".join(str(candidate) for candidate in candidates)
    raise NotStoredError(
        f"'{name}' should have come with autotrain, but it lies neither of: {looked}. "
        "Install autotrain again (pip install --force-reinstall --no-deps), or work in a complete checkout."
    )
