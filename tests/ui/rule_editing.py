"""The editor of a rule on a page of its own, opened without a browser: its widgets by block and field."""

from streamlit.testing.v1 import AppTest

from autotrain_core.rules import parse
from tests.ui.apps import PATIENCE, PROJECT

TWO = "lambda metrics:  metrics.finished_trials[-1]>=200\n   and (metrics.foraging_efficiency[-1] < 0.60)"


def opened(text: str, **query: str) -> AppTest:
    app = AppTest.from_file(PROJECT / "tests" / "ui" / "rule_editor_page.py", default_timeout=PATIENCE)
    for name, value in {"text": text, **query}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def named(app: AppTest, kind: str, field: str, path: str = "0"):
    """The widget of a block, whatever generation it is of."""
    found = [each for each in app.get(kind) if each.key and each.key.endswith(f":{path}:{field}")]
    assert len(found) == 1, [each.key for each in app.get(kind)]
    return found[0]


def has(app: AppTest, kind: str, field: str, path: str = "0") -> bool:
    return any(each.key and each.key.endswith(f":{path}:{field}") for each in app.get(kind))


def text_of(app: AppTest) -> str:
    return str(app.session_state["text"])


def condition_of(app: AppTest):
    return parse(text_of(app))


def asks(app: AppTest, text: str) -> bool:
    return bool(condition_of(app) == parse(f"lambda metrics: {text}"))


def as_text(app: AppTest) -> AppTest:
    app.segmented_control(key="rule:view-as").set_value("Text").run()
    return app


def as_blocks(app: AppTest) -> AppTest:
    app.segmented_control(key="rule:view-as").set_value("Blocks").run()
    return app
