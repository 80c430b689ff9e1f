"""DOT -> files, on a machine without Graphviz."""

import os
import struct
import sys
import time
import zlib
from pathlib import Path

import pytest

from autotrain_core.diagrams import Form, parameters_dot, render, rules_dot
from autotrain_core.diagrams import _render as renderer
from autotrain_core.errors import DocumentError, NoRendererError
from autotrain_core.models import Curriculum

FORMS: list[Form] = ["svg", "png", "pdf"]
SMALL = 'digraph { a [label="Stage 1"]; a -> b }'


@pytest.mark.parametrize(("form", "opening"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF-1.4")])
def test_each_form_is_what_it_says(coupled: Curriculum, form: Form, opening: bytes) -> None:
    assert render(rules_dot(coupled), form).startswith(opening)
    assert render(parameters_dot(coupled), form).startswith(opening)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_document_gives_the_same_bytes(coupled: Curriculum, form: Form) -> None:
    assert render(rules_dot(coupled), form) == render(rules_dot(coupled), form)


@pytest.mark.parametrize("form", FORMS)
def test_no_graphviz_on_the_path_is_needed(monkeypatch: pytest.MonkeyPatch, form: Form) -> None:
    usual = render(SMALL, form)

    monkeypatch.setenv("PATH", os.devnull)

    assert render(SMALL, form) == usual


def test_a_png_has_the_pixels_that_are_asked_for() -> None:
    sizes = [struct.unpack(">II", render(SMALL, "png", dots_per_inch=dots)[16:24]) for dots in (72, 144)]

    assert sizes[1][0] == pytest.approx(2 * sizes[0][0], abs=3)
    assert sizes[1][1] == pytest.approx(2 * sizes[0][1], abs=3)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("dot", "why"), [("digraph {", "syntax error"), ("nonsense", "syntax error"), ("", "did not say why")]
)
def test_what_is_no_dot_is_told(form: Form, dot: str, why: str) -> None:
    with pytest.raises(DocumentError, match=f"cannot be drawn: .*{why}"):
        render(dot, form)


@pytest.mark.parametrize(
    "label",
    [
        'a [URL="javascript:alert(1)"]',
        'a [href="https://example.org"]',
        "a [label=<<TABLE HREF='//example.org'><TR><TD>x</TD></TR></TABLE>>]",
        'graph [stylesheet="//example.org/x.css"] a',
    ],
)
def test_a_link_is_refused(label: str) -> None:
    with pytest.raises(DocumentError, match="a link or an image"):
        render(f"digraph {{ {label} }}", "svg")


@pytest.mark.parametrize(
    "attribute", ['image="{}", label=""', "label=<<TABLE><TR><TD><IMG SRC='{}'/></TD></TR></TABLE>>"]
)
def test_no_file_is_read(tmp_path: Path, attribute: str) -> None:
    pixel = tmp_path / "pixel.png"
    pixel.write_bytes(render(SMALL, "png"))

    try:
        drawn = render(f"digraph {{ a [{attribute.format(pixel)}] }}", "svg")
    except DocumentError:
        return
    assert b"pixel" not in drawn


def test_a_document_of_more_than_a_megabyte_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"more than 1,000,000 bytes"):
        render(f'digraph {{ a [label="{"x" * 1_000_000}"] }}', "svg")


def test_a_picture_that_fits_no_memory_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(DocumentError, match="ask for fewer dots per inch"):
        render("digraph { a [width=1000, height=1000] }", "png")


def test_what_takes_too_long_is_given_up() -> None:
    edges = "; ".join(f"n{one} -> n{(one * 7 + other * 13) % 400}" for one in range(400) for other in range(8))
    started = time.monotonic()

    with pytest.raises(DocumentError, match=r"not drawn within 0\.2 seconds"):
        render(f"digraph {{ {edges} }}", "svg", longest=0.2)

    assert time.monotonic() - started < 5


# ---- which renderer ----


def test_graphviz_on_the_path_stands_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(renderer, "_PACKAGE", "no-such-package")
    stub = tmp_path / "dot"
    stub.write_text(f"#!{sys.executable}\nimport sys\nprint('<svg/>', sys.argv[1:])\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert render(SMALL, "svg") == b"<svg/> ['-Tsvg']\n"


def test_where_nothing_can_draw_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(renderer, "_PACKAGE", "no-such-package")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoRendererError, match="pip install no-such-package"):
        render(SMALL, "svg")


# ---- PDF ----


def page_of(body: bytes) -> str:
    """What a PDF of ours draws."""
    start = body.index(b"stream\n") + 7
    return zlib.decompress(body[start : body.index(b"\nendstream")]).decode("latin-1")


def test_every_entry_of_a_pdf_is_where_its_table_says(coupled: Curriculum) -> None:
    body = render(rules_dot(coupled), "pdf")

    start = int(body.rsplit(b"startxref\n", 1)[1].split()[0])
    table = body[start:].splitlines()
    assert table[0] == b"xref"
    for number, entry in enumerate(table[3 : 2 + int(table[1].split()[1])], start=1):
        assert body[int(entry[:10]) :].startswith(b"%d 0 obj" % number)


def test_a_pdf_holds_the_same_texts_as_the_picture(coupled: Curriculum) -> None:
    page = page_of(render(rules_dot(coupled), "pdf"))

    for words in ("Stage 1 w/warmup", "finished trials"):
        assert "".join(f"\\{ord(letter):03o}" for letter in words) in page
    # An arrow up, and "greater or equal", in the font that has them.
    assert r"/F3 11 Tf (\255) Tj" in page
    assert r"/F3 11 Tf (\263) Tj" in page


@pytest.mark.parametrize(
    ("attributes", "drawn"),
    [
        ('shape=box, style=filled, fillcolor="#ff0000", color="#0000ff"', ["0.000 0.000 1.000 RG", "1.000 0.000 0.000 rg", "h B"]),
        ('shape=box, style=filled, fillcolor="#ff0000", color=transparent', [" f"]),
        ("shape=box", [" h S"]),
        ('shape=box, style=filled, fillcolor="#00000000", color="#00000000"', ["h n"]),
        ("shape=circle", [" c S"]),
        ("style=dashed", ["[5 2] 0 d"]),
        ("style=dotted", ["[1 3] 0 d"]),
        ("penwidth=3", ["3 w"]),
        ('label=<<B>x</B>>', ["/F2 14 Tf"]),
        ('label="a\\l"', ["/F1 14 Tf (\\141)"]),
        ('label="中é"', [r"(\077\351)"]),
        ('label="≥3"', [r"/F3 14 Tf (\263) Tj /F1 14 Tf (\063) Tj"]),
        ('shape=plaintext, fontcolor=transparent, label="x"', ["1 j 1 J"]),
        ('shape=record, label="a|b"', [" l S"]),
        ('shape=box, style="filled", fillcolor="red:blue"', ["h B"]),
    ],
)  # fmt: skip
def test_each_stroke_of_graphviz_has_its_stroke_in_pdf(attributes: str, drawn: list[str]) -> None:
    page = page_of(render(f"digraph {{ a [{attributes}] }}", "pdf"))

    for stroke in drawn:
        assert stroke in page


def test_a_text_that_is_not_seen_is_not_written() -> None:
    page = page_of(render("digraph { a [shape=plaintext, fontcolor=transparent, label=x] }", "pdf"))

    assert "Tj" not in page


def test_a_stroke_that_pdf_is_not_taught_is_left_out() -> None:
    from autotrain_core.diagrams._pdf import pdf

    strokes = [
        {"op": "I", "pos": [0, 0], "size": [5, 5], "name": "picture.png"},
        {"op": "S", "style": "wavy"},
        {"op": "L", "points": [[0, 0], [5, 5]]},
    ]

    assert page_of(pdf({"bb": "0,0,10,10", "_draw_": strokes})).count(" l S") == 1


def test_a_cluster_is_drawn_once() -> None:
    page = page_of(render('digraph { subgraph cluster_a { label="here"; a } a -> b }', "pdf"))

    assert page.count(r"(\150\145\162\145)") == 1
