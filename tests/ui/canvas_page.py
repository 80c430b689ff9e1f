"""A page with nothing but the canvas, which does what it is told and says what that was; for tests in a browser."""

import time
from dataclasses import dataclass, field

import streamlit as st

from autotrain_core.diagrams import stage_colours
from autotrain_core.models import Decision
from autotrain_ui.canvas import Add, Connect, Delete, Edge, Event, Graph, Move, Node, Prioritise, Rename, Select, canvas
from tests.ui.tables import HOSTILE

WORDS = ("finished trials ≥ 200", "and foraging efficiency ≥ 0.6", "and sessions at stage ≥ 2")


@dataclass
class Model:
    """What the page remembers: stages by id with a title and a place, rules as (id, source, target)."""

    titles: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    rules: list[tuple[str, str, str]] = field(default_factory=list)
    selected: Select = field(default_factory=Select)
    told: list[str] = field(default_factory=list)
    made: int = 0

    def does(self, event: Event) -> None:
        """Do it, and write it down."""
        self.told.append(str(event))
        match event:
            case Select():
                self.selected = event
            case Move(node, x, y) if "stubborn" not in st.query_params:
                self.places[node] = (x, y)
            case Rename(node, to):
                self.titles[node] = to
            case Connect(source, target):
                self.made += 1
                self.rules.append((f"new {self.made}", source, target))
            case Add(x, y):
                self.made += 1
                self.titles[f"added {self.made}"] = f"Added {self.made}"
                self.places[f"added {self.made}"] = (x, y)
            case Delete(node=str(node)):
                del self.titles[node]
                self.rules = [rule for rule in self.rules if node not in rule[1:]]
            case Delete(edge=str(edge)):
                self.rules = [rule for rule in self.rules if rule[0] != self.named(edge)]
            case Prioritise(edge, by):
                self.prioritise(self.named(edge), by)
            case _:
                pass

    def named(self, edge: str) -> str:
        """Return a rule's own name, where the page names rules by their places."""
        return self.rules[int(edge)][0] if "numbered" in st.query_params else edge

    def prioritise(self, edge: str, by: int) -> None:
        """Give a rule another turn among those of its stage."""
        rule = next(rule for rule in self.rules if rule[0] == edge)
        places = [at for at, other in enumerate(self.rules) if other[1] == rule[1]]
        own = [self.rules[at] for at in places]
        own.insert(own.index(rule) + by, own.pop(own.index(rule)))
        for at, other in zip(places, own, strict=True):
            self.rules[at] = other


def ladder(stages: int, each: int, *, across: bool) -> Model:
    """Stages in a row, with rules to the next, back, past one, and to themselves."""
    model = Model()
    for at in range(stages):
        model.titles[f"s{at}"] = f"Stage {at + 1}"
        model.places[f"s{at}"] = (at * 230.0, 0.0) if across else (0.0, at * 120.0)
        for number in range(each):
            to = at + (1, -1, 2, 0)[number % 4]
            if 0 <= to < stages:
                model.rules.append((f"r{at}.{number}", f"s{at}", f"s{to}"))
    return model


st.set_page_config(layout="wide", page_title="Canvas")
st.html("<h1>Canvas</h1>")
asked = st.query_params
if "model" not in st.session_state:
    st.session_state["model"] = ladder(
        int(asked.get("stages", "6")), int(asked.get("each", "3")), across="across" in asked
    )
model: Model = st.session_state["model"]
order = list(model.titles)
if "hostile" in asked:
    model.titles.update(zip(order, HOSTILE, strict=False))
colours = stage_colours([f"x{name}" for name in order], dark=st.context.theme.type == "dark")
numbers: dict[str, int] = {}
edges: list[Edge] = []
for rule, source, target in model.rules:
    numbers[source] = numbers.get(source, 0) + 1
    on = order.index(target) - order.index(source)
    edges.append(
        Edge(
            id=str(len(edges)) if "numbered" in asked else rule,
            source=source,
            target=target,
            number=numbers[source],
            decision=Decision.PROGRESS if on > 0 else Decision.ROLLBACK if on < 0 else Decision.STAY,
            words=HOSTILE[:2] if "hostile" in asked else WORDS[: 1 + int(rule[-1]) % 3],
            tooltip=f"Rule {rule}, in full",
            finding="warning" if len(edges) == 4 else None,
        )
    )
nodes = tuple(
    Node(
        id=name,
        lines=(title, "with all its settings") if at == 2 else (title,),
        fill=colours[f"x{name}"].fill,
        text=colours[f"x{name}"].text,
        edge=colours[f"x{name}"].edge,
        badges=(f"{at * 5 + 1} mice",) if at % 2 else (),
        finding=("error", "warning", "info")[at % 3] if 0 < at < 4 else None,
        remark="No rule leads away from here" if 0 < at < 4 else "",
        first=at == 0,
        terminal=at == len(order) - 1,
    )
    for at, (name, title) in enumerate(model.titles.items())
)

graph = Graph(
    nodes=nodes,
    edges=tuple(edges),
    places=model.places,
    editable="fixed" not in asked,
    names=tuple(asked.get_all("names")),
    arrangeable="arrangeable" in asked,
)
if "slow" in asked:
    time.sleep(float(asked["slow"]))
canvas(graph, key="canvas", on_event=model.does, selected=model.selected, height=int(asked.get("height", "560")))
st.text("\n".join(model.told) or "nothing was told")
st.text_input("A field")
st.button("Choose the last", on_click=setattr, args=(model, "selected", Select(node=order[-1] if order else None)))
