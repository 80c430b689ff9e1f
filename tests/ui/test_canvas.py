"""The canvas without a browser: what may be drawn, and how what happened there is read."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from autotrain_core.models import Decision
from autotrain_ui.canvas import (
    Add,
    Arrange,
    Connect,
    Delete,
    Duplicate,
    Edge,
    Event,
    Graph,
    Move,
    Node,
    Prioritise,
    Redo,
    Rename,
    Select,
    Undo,
)
from autotrain_ui.canvas._events import read
from autotrain_ui.canvas._meant import marks, meant
from autotrain_ui.parts_of_ours import unheard


def node(name: str, **further: Any) -> Node:
    return Node(**{"id": name, "lines": (name.title(),), "fill": "#35546b", "text": "#ffffff", **further})


HERE = {"one": (0.0, 0.0), "two": (0.0, 120.0)}
PAIR = (node("one"), node("two"))


def test_a_graph_is_sent_as_json_with_the_place_of_every_node() -> None:
    edge = Edge(id="r", source="one", target="two", number=1, decision=Decision.PROGRESS, words=("trials ≥ 200",))

    sent = json.loads(json.dumps(Graph(nodes=PAIR, edges=(edge,), places=HERE).drawn()))

    assert [(one["id"], one["x"], one["y"]) for one in sent["nodes"]] == [("one", 0.0, 0.0), ("two", 0.0, 120.0)]
    assert (sent["edges"][0]["sign"], sent["edges"][0]["words"]) == ("up", ["trials ≥ 200"])


@pytest.mark.parametrize(
    ("decision", "sign"),
    [(Decision.PROGRESS, "up"), (Decision.ROLLBACK, "down"), (Decision.STAY, "stay"), (None, "")],
)
def test_each_decision_has_its_sign(decision: Decision | None, sign: str) -> None:
    edge = Edge(id="r", source="one", target="two", number=1, decision=decision)

    assert Graph(nodes=PAIR, edges=(edge,), places=HERE).drawn()["edges"][0]["sign"] == sign


@pytest.mark.parametrize(
    "wrong",
    [
        {"nodes": (node("one"), node("one")), "places": HERE},
        {"nodes": PAIR, "places": {"one": (0.0, 0.0)}},
        {"nodes": PAIR, "places": HERE | {"two": (0.0, float("nan"))}},
        {"nodes": PAIR, "places": HERE, "edges": (Edge(id="r", source="one", target="three", number=1),)},
        {"nodes": PAIR, "places": HERE, "edges": (Edge(id="r", source="one", target="two", number=1),) * 2},
    ],
    ids=[
        "two nodes of one id",
        "no place",
        "a place that is no number",
        "an end that is no node",
        "two edges of one id",
    ],
)
def test_a_graph_that_cannot_be_drawn_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"node|same id"):
        Graph(**wrong)


@pytest.mark.parametrize("wrong", [{"fill": "red"}, {"text": "url(x)"}, {"edge": "#12"}, {"lines": ()}])
def test_a_node_that_cannot_be_drawn_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="'one'"):
        node("one", **wrong)


READ: list[tuple[dict[str, Any], Event]] = [
    ({"type": "select", "node": "a", "edge": None}, Select(node="a")),
    ({"type": "select", "node": None, "edge": "r"}, Select(edge="r")),
    ({"type": "select", "node": None, "edge": None}, Select()),
    ({"type": "move", "node": "a", "x": 8, "y": -16.0}, Move("a", 8.0, -16.0)),
    ({"type": "connect", "source": "a", "target": "a"}, Connect("a", "a")),
    ({"type": "add", "x": 0, "y": 8, "after": None}, Add(0.0, 8.0)),
    ({"type": "add", "x": 0, "y": 8, "after": "a"}, Add(0.0, 8.0, "a")),
    ({"type": "duplicate", "node": "a"}, Duplicate("a")),
    ({"type": "rename", "node": "a", "to": " New one "}, Rename("a", "New one")),
    ({"type": "delete", "node": "a", "edge": None}, Delete(node="a")),
    ({"type": "delete", "node": None, "edge": "r"}, Delete(edge="r")),
    ({"type": "prioritise", "edge": "r", "by": -2}, Prioritise("r", -2)),
    ({"type": "arrange"}, Arrange()),
    ({"type": "undo"}, Undo()),
    ({"type": "redo"}, Redo()),
]


@pytest.mark.parametrize(("sent", "event"), READ, ids=lambda value: str(value) if not isinstance(value, dict) else "")
def test_what_people_do_is_read(sent: dict[str, Any], event: Event) -> None:
    assert read(sent) == event


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {"type": "fly"},
        {"type": "select", "node": "", "edge": None},
        {"type": "move", "node": "a", "x": True, "y": 0},
        {"type": "move", "node": "a", "x": float("inf"), "y": 0},
        {"type": "move", "node": "a", "x": 1e9, "y": 0},
        {"type": "rename", "node": "a", "to": "   "},
        {"type": "rename", "node": "a", "to": "x" * 1001},
        {"type": "prioritise", "edge": "r", "by": 0},
        {"type": "prioritise", "edge": "r", "by": True},
        {"type": "delete", "node": None, "edge": None},
        {"type": "add", "x": "0", "y": 0, "after": None},
    ],
    ids=str,
)
def test_what_is_not_in_our_form_is_nobodys_business(sent: Any) -> None:
    assert read(sent) is None


def sends(*numbers: int, mount: str = "m") -> dict[str, Any]:
    return {"mount": mount, "events": [{"n": number, "type": "duplicate", "node": str(number)} for number in numbers]}


def test_what_was_heard_before_is_not_heard_again() -> None:
    heard = [read(event) for _, event in unheard(sends(3, 4, 5), ("m", 4))]

    assert heard == [Duplicate("5")]


def test_a_canvas_that_was_opened_anew_counts_anew() -> None:
    heard = [read(event) for _, event in unheard(sends(1, mount="other"), ("m", 4))]

    assert heard == [Duplicate("1")]


def test_an_event_that_is_sent_twice_in_one_message_is_heard_once() -> None:
    heard = [(heard, read(event)) for heard, event in unheard(sends(1, 1, 2), ("", 0))]

    assert heard == [(("m", 1), Duplicate("1")), (("m", 2), Duplicate("2"))]


def rules(*tooltips: str) -> Graph:
    """A graph whose rules are named by their place, as in the builder."""
    edges = [
        Edge(id=f"{at}/one", source="one", target="two", number=at + 1, tooltip=tooltip)
        for at, tooltip in enumerate(tooltips)
    ]
    return Graph(nodes=PAIR, edges=tuple(edges), places=HERE)


def test_a_rule_that_moved_up_is_still_the_one_that_was_meant() -> None:
    mark = marks(rules("a", "b", "c"))["2/one"]

    assert meant(Delete(edge="2/one"), mark, rules("a", "c")) == Delete(edge="1/one")


def test_a_rule_that_has_gone_is_not_mistaken_for_another() -> None:
    mark = marks(rules("a", "b", "c"))["0/one"]

    assert meant(Prioritise("0/one", 1), mark, rules("b", "c")) is None


def test_of_rules_that_say_the_same_the_one_with_the_id_is_meant() -> None:
    mark = marks(rules("a", "a"))["1/one"]

    assert meant(Select(edge="1/one"), mark, rules("a", "a")) == Select(edge="1/one")
    assert meant(Select(edge="7/one"), mark, rules("a", "a")) is None


def test_what_names_no_rule_means_what_it_says() -> None:
    assert [meant(event, None, rules("a")) for event in (Delete(node="one"), Undo(), Select())] == [
        Delete(node="one"),
        Undo(),
        Select(),
    ]


def test_what_is_only_to_be_looked_at_is_not_changed_by_a_message() -> None:
    fixed = replace(rules("a"), editable=False)

    assert [meant(event, None, fixed) for event in (Delete(node="one"), Undo(), Select(node="one"))] == [
        None,
        None,
        Select(node="one"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
WORDS = st.sampled_from(["select", "move", "connect", "add", "duplicate", "rename", "delete", "prioritise"])
FIELDS = ("node", "edge", "source", "target", "x", "y", "after", "to", "by")


@given(st.fixed_dictionaries({"type": WORDS}, optional=dict.fromkeys(FIELDS, JSON)))
def test_whatever_a_browser_sends_is_an_event_or_nothing(sent: dict[str, Any]) -> None:
    assert read(sent) is None or isinstance(read(sent), Event)


@given(
    JSON | st.fixed_dictionaries({"mount": JSON, "events": st.lists(st.fixed_dictionaries({"n": JSON}), max_size=3)})
)
def test_whatever_message_comes_is_read_without_an_error(payload: Any) -> None:
    heard = list(unheard(payload, ("", 0)))

    assert all(read(event) is None for _, event in heard)


def test_the_page_runs_without_a_browser() -> None:
    app = AppTest.from_file(Path(__file__).with_name("canvas_page.py"), default_timeout=60).run()

    assert not app.exception
    assert app.text[0].value == "nothing was told"
