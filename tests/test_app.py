"""The app shows what the services say, page by page, however one comes to it."""

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services

PROJECT = Path(__file__).parents[1]
PAGES = sorted(path.name for path in (PROJECT / "pages").glob("*.py"))


def opened(file: str, **query: str) -> AppTest:
    """Open a file of the app in a browser that draws nothing; a cold start takes its time."""
    app = AppTest.from_file(PROJECT / file, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def board_of(app: AppTest) -> pd.DataFrame:
    return app.dataframe[0].value


def test_the_app_opens_on_the_board() -> None:
    app = opened("app.py")

    assert not app.exception
    assert [title.value for title in app.title] == ["Board"]
    assert len(board_of(app)) == 12


def test_the_board_shows_what_the_services_decided() -> None:
    expected = services.demo(5, 3).board

    shown = board_of(opened("app.py", mice="5", seed="3"))

    assert list(shown["subject_id"]) == [row.subject_id for row in expected]
    assert list(shown["why"]) == [row.why for row in expected]


def test_the_board_counts_every_decision_once() -> None:
    app = opened("app.py", mice="30")

    counts = {metric.label: int(metric.value) for metric in app.metric}
    decided = (board_of(app)["decision"] != "").sum()
    assert counts["Go on"] + counts["Go back"] + counts["Stay"] == decided


def test_another_number_of_mice_redraws_the_board() -> None:
    app = opened("app.py")

    app.number_input(key="mice").set_value(4).run()

    assert not app.exception
    assert len(board_of(app)) == 4


def test_the_curricula_page_reads_every_rule_of_the_chosen_curriculum() -> None:
    chosen = next(read for read in services.shipped() if read.name == "Uncoupled Baiting")

    app = opened("pages/curricula.py", curriculum=chosen.key)

    assert [heading.value for heading in app.subheader] == [stage.name for stage in chosen.stages]
    assert len(app.text) == sum(len(stage.rules) for stage in chosen.stages)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_by_deep_link_without_the_app(page: str) -> None:
    app = opened(f"pages/{page}")

    assert not app.exception
    assert len(app.title) == 1


def test_every_page_has_a_route() -> None:
    routed = re.findall(r'"pages/(\w+\.py)"', (PROJECT / "app.py").read_text(encoding="utf-8"))

    assert sorted(set(routed)) == PAGES
