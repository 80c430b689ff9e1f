"""What a draft changes: against which version, in words and numbers, and which version it will be."""

from pathlib import Path

import pytest

from autotrain_core.editing import AddRule, SetIdentity
from tests.interop.documents import LADDER, document
from tests.services.nights import Nights, put
from tests.services.publishing import DEE
from tests.services.test_library import FOLDER, file_of
from tests.ui.apps import drawn, said
from tests.ui.desks import BLOCK_MIN, copied, kept, part, written

RULE = AddRule("Stage 2", "Stage 1", None, "lambda metrics: metrics.finished_trials[-1] < 10")


@pytest.fixture(autouse=True)
def designer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", DEE.email)


def test_a_draft_is_compared_with_what_it_is_based_on(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))

    app = part("changes")

    told = " ".join(said(app).split())
    assert "Against Coupled Baiting 2.3: 1 setting differs" in told
    assert "Block length (min), trials" in told
    assert "10 → 12 ↑ 2" in told
    assert "Next version: 2.3.1 (only settings changed since 2.3)." in told


def test_a_new_rule_is_told_in_words_and_grows_the_second_number(nights: Nights) -> None:
    kept(nights, copied(RULE))

    told = " ".join(said(part("changes")).split())

    assert "goes back, to Stage 1, when finished trials below 10 new" in told
    assert "Next version: 2.4 (the rules changed since 2.3)." in told


def test_an_unchanged_copy_says_the_same(nights: Nights) -> None:
    kept(nights, copied())

    assert "It says the same as Coupled Baiting 2.3" in said(part("changes"))


def test_any_other_version_can_be_chosen(nights: Nights) -> None:
    kept(nights, copied())
    app = part("changes")

    app.selectbox[0].set_value("Uncoupled Baiting@2.3#1.0").run()

    assert "differ" in said(app)
    assert "Next version" not in said(app)


def test_without_a_version_of_its_name_nothing_is_compared_until_one_is_chosen(nights: Nights) -> None:
    kept(nights, written())

    assert "No version of this name is in the library" in said(part("changes"))


def test_of_a_blank_draft_the_newest_version_of_its_name_is_taken(nights: Nights) -> None:
    for version in ("1", "2", "10"):
        name, body = file_of(document(LADDER, version=version))
        put(nights.home, FOLDER + name, body)
    kept(nights, written(curriculum_description="Another one."))

    app = part("changes")

    assert "Another one." in said(app)
    assert "Next version: 10.0.1 (only texts changed since 10)." in " ".join(said(app).split())


def test_a_version_that_is_free_is_left_as_the_draft_says(nights: Nights) -> None:
    kept(nights, copied(RULE, SetIdentity("Coupled Baiting", "3.0")))

    assert "Next version: 3.0 (it is the one that the draft says, and it is free)." in " ".join(
        said(part("changes")).split()
    )


def test_no_text_of_a_difference_becomes_markup(nights: Nights) -> None:
    name, body = file_of(document(LADDER))
    put(nights.home, FOLDER + name, body)
    attack = "<img src=x onerror=alert(1)>"
    kept(nights, written(curriculum_description=attack))

    app = part("changes")

    assert attack in said(app)
    assert attack not in drawn(app)
