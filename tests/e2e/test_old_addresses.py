"""The links that rigs open (contracts D8), at the root of the app: each leads to its page with its filter."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.servers import Running

MOUSE = "309621"


def test_a_rig_opens_the_curriculum_of_its_mouse(app: Running, visit: Visit) -> None:
    screen = visit(
        app,
        "",
        tab_id="tab_auto_train_curriculum",
        auto_training_curriculum_name="Coupled Baiting",
        auto_training_curriculum_version="2.3",
        auto_training_curriculum_schema_version="1.0",
    )

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Library")
    expect(screen.page).to_have_url(f"{app.url}/curricula?name=Coupled+Baiting&version=2.3&schema_version=1.0")


def test_a_rig_opens_the_history_of_its_mouse(app: Running, visit: Visit) -> None:
    screen = visit(
        app,
        "",
        filter_subject_id=MOUSE,
        tab_id="tab_auto_train_history",
        auto_training_history_x_axis="session",
        auto_training_history_sort_by="subject_id",
        auto_training_history_sort_order="descending",
    )

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Progress")
    expect(screen.page).to_have_url(f"{app.url}/progress?subject={MOUSE}&sort=id")


def test_a_rig_opens_its_mouse(app: Running, visit: Visit) -> None:
    screen = visit(app, "", filter_subject_id=MOUSE)

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Mouse")
    expect(screen.page).to_have_url(f"{app.url}/mouse?subject={MOUSE}")
