"""Texts of strangers stay texts, whatever they hold."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autotrain_core.diagrams import NodeNote, parameters_dot, render, rules_dot
from autotrain_core.diagrams._helvetica import wide, wrapped
from autotrain_core.diagrams._written import markup, shortened, string, tooltip
from autotrain_core.models import load_curriculum
from tests.diagrams.conftest import SVG, XLINK, texts, tooltips
from tests.diagrams.documents import ALWAYS, written

NASTY = [
    '"]; evil [label="x', "</TD></TR></TABLE>>]; evil", "<b>bold</b>", "<<TABLE>>", r"\N \G \E \T \H \L", "\\", r"\\", r"\"", r"\n\l\r",
    "a\nb\tc\r\nd", "javascript:alert(1)", '"><img src=x onerror=alert(1)>', "<script>alert(1)</script>", "&lt;", "&amp;#65;", "&#92;N",
    "\x00\x01\x1b[31m", "\u202egnp.exe", "\u200b", "x" * 10_000, "]]>", "<!--", "-->", "//", "/*", "#", ";", "{", "}", "'", "`", "$(ls)",
    "中文", "🐭" * 50, "é", "ا", " ", "%s", "{0}", "strict digraph", "node", "s0", "r0", "edge",
]  # fmt: skip

TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.lists(st.sampled_from(['"', "\\", "<", ">", "&", ";", "\n", "N", "lt", "]", "{", "|", "x"]), max_size=12).map(
        "".join
    ),
)


@given(TEXTS)
@settings(max_examples=60)
def test_a_string_is_read_back_as_it_was(text: str) -> None:
    seen = shortened(text, 80)

    drawn = f"digraph {{ a [label={string(seen)}, tooltip={tooltip(seen)}] }}"

    assert "".join(texts(drawn)) == seen
    assert tooltips(drawn) == ([seen] if seen else [])


@given(TEXTS)
@settings(max_examples=60)
def test_markup_is_read_back_as_it_was(text: str) -> None:
    seen = shortened(text, 80) or "-"

    drawn = f'digraph {{ a [label=<<TABLE TOOLTIP="{markup(seen)}"><TR><TD>{markup(seen)}</TD></TR></TABLE>>] }}'

    assert "".join(texts(drawn)) == seen
    assert seen in tooltips(drawn)


@given(TEXTS, st.integers(1, 40))
def test_a_shortened_text_is_one_line_of_what_can_be_seen(text: str, longest: int) -> None:
    seen = shortened(text, longest)

    assert len(seen) <= longest
    assert seen.isprintable()
    assert seen == " ".join(seen.split()) or seen.endswith("…")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Stage 1", "Stage 1"),
        ("  a \n b  ", "a b"),
        ("\u202eabc", "\ufffdabc"),
        ("x" * 11, "x" * 9 + "…"),
        ("x" * 10, "x" * 10),
        (" " * 50 + "x", "…"),
        ("", ""),
    ],
)
def test_how_a_text_is_shortened(text: str, seen: str) -> None:
    assert shortened(text, 10) == seen


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=80),
    st.integers(20, 200),
    st.integers(1, 5),
)
def test_lines_are_no_wider_than_asked(text: str, width: int, lines: int) -> None:
    found = wrapped(text, width, 10, lines=lines)

    assert 1 <= len(found) <= lines
    for line in found:
        assert wide(line, 10) <= width or len(line) <= 2


def test_lines_break_between_words_and_keep_a_sign_with_its_number() -> None:
    assert wrapped("foraging efficiency ≥ 0.65 (mean of 5)", 60, 10, lines=9) == (
        "foraging",
        "efficiency",
        "≥ 0.65",
        "(mean of 5)",
    )
    assert wrapped("one two three", 30, 10, lines=2) == ("one", "two…")
    assert wrapped("", 30, 10, lines=2) == ("",)


@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS, TEXTS)
@settings(max_examples=20)  # three pictures each
@example(NASTY[:20], NASTY[0], NASTY[1])
@example(NASTY[20:], NASTY[9], NASTY[4])
def test_no_curriculum_becomes_code_tag_or_link(names: list[str], words: str, other: str) -> None:
    """Names, targets, conditions, descriptions and settings, all at once."""
    rules = {
        name: [
            ("progress", names[(place + 1) % len(names)], ALWAYS),
            (other, words, words),
            ("rollback", other, ALWAYS),
        ]
        for place, name in enumerate(names)
    }
    sets: dict[str, dict[str, Any]] = {
        name: {"description": words, words or "a": other, "dummy_para_bool": place} for place, name in enumerate(names)
    }
    hostile = load_curriculum(written(rules, settings=sets, descriptions=other), source="hostile")
    notes = {name: NodeNote(text=words, tooltip=other) for name in names}

    for dot, opens in (
        (rules_dot(hostile, counts=notes), "digraph rules"),
        (parameters_dot(hostile), "digraph parameters"),
    ):
        picture = ET.fromstring(render(dot, "svg"))

        assert dot.startswith(opens)
        tags = {item.tag.removeprefix(SVG) for item in picture.iter()}
        assert tags <= {"svg", "g", "a", "title", "path", "polygon", "polyline", "ellipse", "text"}
        named = {name for item in picture.iter() for name in item.attrib if name.startswith(("{", "on"))}
        assert named <= {XLINK, "{http://www.w3.org/XML/1998/namespace}space"}
        boxes = [item for item in picture.iter(f"{SVG}g") if item.get("class") == "node"]
        assert all((box.findtext(f"{SVG}title") or "")[0] in "srabcdt" for box in boxes)
        assert render(dot, "pdf").startswith(b"%PDF")


@given(TEXTS)
@settings(max_examples=40)
def test_the_name_of_a_stage_is_read_in_its_box(name: str) -> None:
    drawn = rules_dot(load_curriculum(written({name: []}), source="hostile"))

    seen = shortened(name, 40)
    shown = "".join("".join(texts(drawn)).split())
    if not seen.endswith("…"):
        assert "".join(seen.split()) in shown
