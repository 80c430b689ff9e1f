"""Curricula to draw: one that ships, and small ones made for a test."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from autotrain_core.diagrams import render
from autotrain_core.models import Curriculum, load_curriculum
from tests.diagrams.documents import Rule, written

PROJECT = Path(__file__).parents[2]
XLINK = "{http://www.w3.org/1999/xlink}title"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def coupled() -> Curriculum:
    """Coupled Baiting 2.3, as shipped."""
    (path,) = (PROJECT / "curriculums" / "coupled-baiting-2.3").glob("*.json")
    return load_curriculum(path.read_bytes(), source=path.name)


Draw = Callable[..., Curriculum]


@pytest.fixture
def curriculum() -> Draw:
    """A curriculum of schema 2.0: stage -> its rules, and what each stage sets."""

    def load(rules: Mapping[str, Sequence[Rule]], **settings: Any) -> Curriculum:
        return load_curriculum(written(rules, **settings), source="licking")

    return load


def texts(dot: str) -> list[str]:
    """Each text that the picture shows, as it is read there."""
    return [(text.text or "").replace("\xa0", " ") for text in ET.fromstring(render(dot, "svg")).iter(f"{SVG}text")]


def tooltips(dot: str) -> list[str]:
    return [title for item in ET.fromstring(render(dot, "svg")).iter() if (title := item.get(XLINK))]
