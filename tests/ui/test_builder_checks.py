"""The check panel of the builder: what it says, where it leads, and that foreign texts stay texts."""

from pathlib import Path

import pytest

from autotrain_core.models import Finding, Severity
from autotrain_ui.builder import checks
from autotrain_ui.canvas import Select
from tests.interop.documents import document
from tests.services.nights import Nights
from tests.services.publishing import DEE, HERON
from tests.ui.apps import drawn, said
from tests.ui.desks import copied, desk_of, kept, labels, part, stored, written

WRONG = {"A": [("progress", "Nowhere", "metrics.trials[-1] >= 100")], "B": []}


@pytest.fixture(autouse=True)
def designer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", DEE.email)


SOUND = {"A": [("progress", "Graduated", "metrics.trials[-1] >= 200")]}


def test_a_draft_without_findings_says_that_there_is_nothing_to_say(nights: Nights) -> None:
    kept(nights, written(**document(SOUND)))

    app = part("checks")

    assert "Nothing to say" in said(app)
    assert "Take me there" not in labels(app)


def test_findings_are_counted_and_each_stands_with_weight_place_and_sentence(nights: Nights) -> None:
    kept(nights, written(**document(WRONG)))

    app = part("checks")

    assert "1 error" in said(app)
    assert "✕ error" in drawn(app)
    assert "A, rule 1" in drawn(app)
    assert "No stage is called &#x27;Nowhere&#x27;" in drawn(app)


def test_beside_a_finding_stands_the_history_that_shows_it(nights: Nights) -> None:
    kept(nights, written())

    app = part("checks")

    assert "overtakes this one" in drawn(app)
    assert "<summary>Show the example</summary>" in drawn(app)
    assert "<th>Session</th><th>trials</th><th>efficiency</th>" in drawn(app)
    assert "After 1 session at the stage rules 1, 2 hold: ↑ goes on, next Graduated." in drawn(app)


def test_the_way_to_a_rule_that_leads_nowhere_is_its_stage(nights: Nights) -> None:
    kept(nights, written(**document(WRONG)))
    app = part("checks")
    finding = desk_of(app).curriculum.errors[0]
    place = [one.kind for one in checks.findings_of(None, desk_of(app))].index(finding.kind)  # type: ignore[arg-type]

    app.button(key=f"builder-finding-d1-{place}").click().run()

    assert desk_of(app).selected == Select(node="A")


def test_the_way_to_a_rule_is_its_arrow_and_to_no_stage_the_curriculum(nights: Nights) -> None:
    kept(nights, written())
    desk = desk_of(part("checks"))

    checks.go_to(desk, Finding(kind="some", severity=Severity.INFO, sentence="it is", stage="B", rule=2))
    arrow = desk.selected
    checks.go_to(desk, Finding(kind="some", severity=Severity.INFO, sentence="it is", stage="B", rule=9))
    stage = desk.selected
    checks.go_to(desk, Finding(kind="some", severity=Severity.INFO, sentence="it is"))

    assert arrow == Select(edge="1/B")
    assert stage == Select(node="B")
    assert desk.selected == Select()


def test_what_nobody_has_to_decide_is_put_right_by_one_button(nights: Nights) -> None:
    draft = written()
    broken = {**draft.document["curriculum"], "A": {**draft.document["curriculum"]["A"], "from_stage": "Z"}}
    kept(nights, written(curriculum=broken))
    app = part("checks")

    app.button(key="builder-mend-d1").click().run()

    assert desk_of(app).draft.document["curriculum"]["A"]["from_stage"] == "A"
    assert "Put right what nobody has to decide" not in labels(app)
    desk_of(app).settle(wait=True)
    assert stored(nights).draft.document["curriculum"]["A"]["from_stage"] == "A"


def test_whoever_may_only_look_is_offered_the_way_but_no_mending(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = written()
    broken = {**draft.document["curriculum"], "A": {**draft.document["curriculum"]["A"], "from_stage": "Z"}}
    kept(nights, written(curriculum=broken))
    monkeypatch.setenv("AUTOTRAIN_PERSON", HERON.email)

    app = part("checks")

    assert "Take me there" in labels(app)
    assert "Put right what nobody has to decide" not in labels(app)


def test_a_sound_copy_is_not_offered_to_be_mended(nights: Nights) -> None:
    kept(nights, copied())

    assert "Put right what nobody has to decide" not in labels(part("checks"))


def test_of_very_many_findings_the_gravest_are_drawn_and_the_rest_is_counted(nights: Nights) -> None:
    stages = {f"S{place}": [("progress", "Nowhere", "metrics.trials[-1] >= 100")] for place in range(70)}
    kept(nights, written(**document(stages)))

    app = part("checks")

    assert labels(app).count("Take me there") == checks.MOST
    assert "more: they are shown when some of these are gone" in said(app)


def test_no_name_in_a_finding_becomes_markup(nights: Nights) -> None:
    attack = "<img src=x onerror=alert(1)>"
    kept(nights, written(**document({attack: [("progress", "<script>", "metrics.trials[-1] >= 100")]})))

    app = part("checks")

    assert "<img src=x" not in drawn(app)
    assert "<script>" not in drawn(app)
    assert attack in said(app)


def test_what_points_at_a_letter_of_a_condition_stays_under_it(nights: Nights) -> None:
    kept(nights, written(**document({"A": [("progress", "A", "metrics.trials[-1] >= 100 and foo(")]})))

    app = part("checks")

    assert "<pre>" in drawn(app)
    assert "is never closed:</span>" in drawn(app)


def test_a_name_at_the_beginning_of_a_sentence_is_written_as_it_is(nights: Nights) -> None:
    made = document(WRONG)
    made["parameters"]["A"] = {**made["parameters"]["A"], "dummy_para_float": "x"}
    kept(nights, written(**made))

    assert "<span>dummy_para_float must be a number" in drawn(part("checks"))
