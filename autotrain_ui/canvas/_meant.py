"""
Which rule was meant, where rules have changed since it was seen.

An id may say no more of a rule than its place in the list of a stage: who deletes the first and then the second, before
the page has answered, means the one that was second when it was pressed. So the browser sends the mark of what it drew
with the id, and the rule with that mark is the one that was meant.
"""

import hashlib
import json
from dataclasses import replace
from typing import Any, TypeGuard

from autotrain_ui.canvas._events import Delete, Event, Prioritise, Select
from autotrain_ui.canvas._graph import Graph

OfRule = Select | Delete | Prioritise


def marks(graph: Graph) -> dict[str, str]:
    """
    Return id of each edge -> its mark: the same where an edge says the same, and leads from and to the same.

    Args:
        graph: What is drawn.
    """
    return {
        edge.id: _digest([edge.source, edge.target, str(edge.decision), *edge.words, edge.tooltip])
        for edge in graph.edges
    }


def is_of_rule(event: Event | None) -> TypeGuard[OfRule]:
    """Whether an event names an edge."""
    return isinstance(event, OfRule) and event.edge is not None


def meant(event: Event | None, mark: Any, graph: Graph) -> Event | None:
    """
    Find what was meant in the graph as it is now.

    Args:
        event: As it was read.
        mark: What the browser says that the edge of the event looked like.
        graph: What was drawn last.

    Returns:
        The event, with the id that its edge has now; None where it has gone, where there are several like it and none
        of them has the id, and where it would change what is only to be looked at.
    """
    if not graph.editable and not isinstance(event, Select):
        return None  # no button says so, and whoever wrote the message had none
    if not is_of_rule(event):
        return event
    now = marks(graph)
    if now.get(event.edge or "") == mark:
        return event
    alike = [edge for edge, other in now.items() if other == mark]
    return replace(event, edge=alike[0]) if len(alike) == 1 else None


def _digest(words: list[str]) -> str:
    return hashlib.blake2s(json.dumps(words).encode(), digest_size=8).hexdigest()
