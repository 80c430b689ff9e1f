"""What a draft changes: against which version, in words and numbers, and which version it will be."""

from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.analysis import difference
from autotrain_core.editing import AddRule, RemoveRule, SetIdentity, SetParameters
from autotrain_ui import difference_html
from tests.interop.documents import LADDER, document
from tests.services.nights import Nights, put
from tests.services.publishing import DEE, EVE, SETTINGS, acting, shipped
from tests.services.test_library import FOLDER, file_of
from tests.ui.apps import drawn, said
from tests.ui.desks import BLOCK_MIN, copied, desk_of, kept, part, written

RULE = AddRule("Stage 2", "Stage 1", None, "lambda metrics: metrics.finished_trials[-1] < 10")


@pytest.fixture(autouse=True)
def designer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", DEE.email)


def test_a_draft_is_compared_with_what_it_is_based_on(nights: Nights) -> None:
    kept(nights, copied(BLOCK_MIN))

    app = part("changes")

    told = " ".join(said(app).split())
    assert "Against Coupled Baiting 2.3: this only changes BlockMin 10 → 12 trials (more) in Stage 2." in told
    assert "Block length (min) BlockMin 10 → 12 trials more · Stage 2" in told
    assert "Next version: 2.3.1 (only settings changed since 2.3)." in told


def test_a_new_rule_is_told_in_words_and_grows_the_second_number(nights: Nights) -> None:
    kept(nights, copied(RULE))

    told = " ".join(said(part("changes")).split())

    assert "rule 3 goes back to Stage 1 when finished trials below 10 new" in told
    assert "nothing is decided otherwise" in told
    assert "Next version: 2.4 (the rules changed since 2.3)." in told


def test_an_unchanged_copy_says_the_same(nights: Nights) -> None:
    kept(nights, copied())

    assert "It says the same as Coupled Baiting 2.3" in said(part("changes"))


def test_any_other_version_can_be_chosen(nights: Nights) -> None:
    kept(nights, copied())
    app = part("changes")

    app.selectbox[0].set_value("Uncoupled Baiting@2.3#1.0").run()

    assert "this changes 9 settings and 3 rules" in said(app)
    assert "Next version" not in said(app)


def test_without_a_version_of_its_name_nothing_is_compared_until_one_is_chosen(nights: Nights) -> None:
    kept(nights, written())

    assert "No version of this name is in the library" in said(part("changes"))


def test_of_a_blank_draft_the_newest_version_of_its_name_is_taken(nights: Nights) -> None:
    for version in ("1", "2", "10"):
        name, body = file_of(document(LADDER, version=version))
        put(nights.home, FOLDER + name, body)
    kept(nights, written(curriculum_description="Another one.", curriculum_version="11"))

    app = part("changes")

    assert "Against Toy 10: nothing changes in what mice run or how they are decided" in said(app)
    assert "Another one." in said(app)


def test_a_draft_that_is_called_as_a_version_follows_that_one(nights: Nights) -> None:
    for version in ("1", "2"):
        name, body = file_of(document(LADDER, version=version))
        put(nights.home, FOLDER + name, body)
    kept(nights, written(curriculum_description="Another one."))

    told = " ".join(said(part("changes")).split())

    assert "Against Toy 1: nothing changes in what mice run or how they are decided: descriptions differ." in told
    assert "Next version: 1.0.1 (only texts changed since 1)." in told


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


def test_a_version_that_a_link_names_and_nobody_has_is_said(nights: Nights) -> None:
    kept(nights, copied())

    app = part("changes", **{"builder:against": "Gone@1#1.0"})

    assert "is no longer in the library" in said(app)


def test_of_very_many_differences_the_first_are_listed(nights: Nights) -> None:
    kept(
        nights,
        copied(BLOCK_MIN, RULE, SetParameters((("Stage 2", "RewardFamily", 1), ("Stage 2", "AutoReward", False)))),
    )
    app = part("changes")
    found = difference(shipped(), desk_of(app).curriculum)

    told = difference_html.changes_list(found, most=1)

    assert told.count("<li>") == 1
    assert f"And {len(found.changes) - 1} more." in told


def test_a_rule_that_is_gone_is_said_to_be_gone(nights: Nights) -> None:
    kept(nights, copied(RemoveRule("Stage 2", 1)))

    assert "<span class='at-quiet'>gone</span>" in drawn(part("changes"))


def test_where_the_lab_has_no_curriculum_there_is_nothing_to_compare_with(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(nights, copied())
    monkeypatch.setattr(services, "library_order", lambda _: ())

    assert "this will be the first curriculum of the lab" in said(part("changes"))


def test_a_draft_that_a_colleague_approved_is_compared_with_what_was_published_of_it(nights: Nights) -> None:
    base = kept(nights, copied(BLOCK_MIN))
    services.publish(
        nights.store, SETTINGS, base.draft, version="2.9", changelog="Longer", actor=acting(EVE), at=nights.at
    )

    told = said(part("changes"))

    assert "It says the same as Coupled Baiting 2.9." in told
