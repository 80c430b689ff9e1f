"""Pictures of pages: all of a page, as a person would see it on a screen that is high enough."""

from pathlib import Path

from tests.e2e.screens import Screen

FOLDER = Path(__file__).parents[2] / "build" / "screenshots"
HIGHEST = 4000


def keep(screen: Screen, name: str, folder: Path = FOLDER) -> Path:
    """Take a picture of a page, whole, and keep it as NAME.png; what a build makes lies together."""
    show_whole(screen)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    screen.page.screenshot(path=path)
    return path


def show_whole(screen: Screen) -> None:
    """Make the window so high that nothing has to be scrolled: a picture shows only what is in sight."""
    size = screen.page.viewport_size
    assert size is not None
    height = int(screen.main.evaluate("main => main.scrollHeight"))
    if height > size["height"]:
        screen.page.set_viewport_size({"width": size["width"], "height": min(height, HIGHEST)})
        screen.settle()
