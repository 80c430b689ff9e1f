"""What a new version meets among those that there are: names that look alike, older versions, nothing new."""

import json
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.editing import SetDescription, apply
from autotrain_core.errors import DocumentError
from autotrain_core.models import Curriculum, load_curriculum, save_curriculum
from autotrain_core.services import Policy, PublishingPolicy, ReviewWhen
from autotrain_core.services._publish_claims import digest_of
from autotrain_core.store import ABSENT, MemoryHome, Store
from tests.services.nights import Nights, session
from tests.services.publishing import (
    ADA,
    DEE,
    NOW,
    RIGS,
    SETTINGS,
    acting,
    changed,
    lab,
    ladder,
    names,
    publish,
    shipped,
)


@pytest.fixture
def store() -> Store:
    return lab(MemoryHome())


def plan(store: Store, work: Any = None, **asked: str) -> services.PublishingPlan:
    return services.publishing_plan(store, SETTINGS, newer() if work is None else work, **{"version": "2.4", **asked})


def newer() -> Curriculum:
    return changed(shipped(), curriculum_description="Fewer trials.")


def warned(store: Store, work: Any = None, **asked: str) -> list[str]:
    return [one.kind for one in plan(store, work, **asked).warnings]


def put_beside(store: Store, curriculum: Curriculum) -> None:
    """Let another program put a document into the folder of the rigs."""
    store.home.put(RIGS + curriculum.file_name, save_curriculum(curriculum), replaces=ABSENT)


# ---- names ----


@pytest.mark.parametrize("name", ["Coupled  Baiting", "Coupled\u00a0Baiting", "Coupled\u2003Baiting"])
def test_a_blank_that_nobody_sees_makes_no_new_name(store: Store, name: str) -> None:
    with pytest.raises(DocumentError, match="blank"):
        publish(store, newer(), name=name)

    assert names(store.home, RIGS) == []


@pytest.mark.parametrize("version", ["２.4", "2.4β"])
def test_a_version_is_of_plain_digits(store: Store, version: str) -> None:
    with pytest.raises(DocumentError, match="versions are of the letters a to z"):
        publish(store, newer(), version=version)


@pytest.mark.parametrize(("name", "version"), [("Ｃoupled Baiting", "2.3"), ("Coupled  Baiting", "2.3")])
def test_what_nobody_can_tell_apart_is_taken(store: Store, name: str, version: str) -> None:
    assert any("holds another" in fault for fault in plan(store, name=name, version=version).faults)


def test_an_old_document_of_such_a_name_is_read_and_published_as_it_is(store: Store) -> None:
    old = changed(shipped(), curriculum_name="Old  one", curriculum_version="２")
    put_beside(store, old)

    done = publish(store, old, version="２", accepted_warnings=False)

    assert done.key == "Old  one@２"
    assert old.key in services.stored_shelf(store.home, SETTINGS).own


def test_what_was_published_by_an_earlier_program_is_found_under_its_name(store: Store) -> None:
    text = changed(shipped(), curriculum_name="Old  one", curriculum_version="1").text
    facts = dict.fromkeys(
        ("changelog", "how", "reviewed_by", "based_on", "reason", "without_review", "task_schema"), ""
    )
    facts |= {"name": "Old  one", "version": "1", "schema_version": "1.0", "sha256": digest_of(text)}
    facts |= {"by": "dee@lab.org", "at": NOW.isoformat(), "document": text}
    store.write("published/old  one@1", json.dumps(facts).encode(), replaces=ABSENT)

    found = services.published_curriculum(store, "Old  one", "1")

    assert (found.by, found.draft, found.authors) == ("dee@lab.org", "", ())
    assert plan(store, load_curriculum(text.encode()), version="1").published == found


def test_a_name_that_looks_like_another_is_warned_of(store: Store) -> None:
    found = plan(store, name="Сoupled Baiting")

    assert [one.kind for one in found.warnings] == ["mixed-scripts", "lookalike-name"]
    assert found.faults == ()
    assert "looks like that of another curriculum, Coupled Baiting;" in found.warnings[1].sentence
    with pytest.raises(DocumentError, match="say why it is to be published all the same"):
        publish(store, newer(), name="Сoupled Baiting", accepted_warnings=False)


def test_a_name_that_looks_like_what_it_was_made_from_is_warned_of(store: Store) -> None:
    assert "lookalike-name" in warned(store, ladder(), name="Тоу", version="1", based_on="Toy@1")


def test_mice_that_follow_a_name_that_looks_alike_ask_for_a_review() -> None:
    nights = Nights()
    store = lab(nights.home)
    asked = Policy(publishing=PublishingPolicy(review=ReviewWhen.USED))
    services.save_policy(store, asked, replaces=ABSENT, actor=acting(ADA), at=NOW)
    nights.run([session("700001", 1, day=30)])

    for name in ("Сoupled Baiting", "Coupled  Baiting", "Coupled\u00a0Baiting"):
        assert services.may_publish(store, SETTINGS, name, actor=acting(DEE), at=NOW).needs_review


# ---- versions ----


def test_a_version_that_says_something_new_is_not_warned_of(store: Store) -> None:
    assert warned(store) == []


def test_a_version_that_says_the_same_as_the_newest_is_warned_of(store: Store) -> None:
    publish(store, newer())

    found = plan(store, newer(), version="2.5", based_on="Coupled Baiting@2.3")

    assert [one.kind for one in found.warnings] == ["nothing-new"]
    assert found.warnings[0].sentence == "it says the same as Coupled Baiting 2.4: nothing changed in it"


def test_a_version_that_says_the_same_as_what_it_is_based_on_is_warned_of(store: Store) -> None:
    publish(store, newer())

    assert warned(store, shipped(), version="2.5") == ["nothing-new"]


def test_a_copy_under_another_name_is_new(store: Store) -> None:
    assert warned(store, shipped(), name="Mine", version="1") == []


def test_a_version_before_the_newest_is_warned_of(store: Store) -> None:
    found = plan(store, version="2.2")

    assert [one.kind for one in found.warnings] == ["older-version"]
    assert "'2.2' comes before 2.3, which there is already" in found.warnings[0].sentence


def test_versions_are_compared_as_numbers(store: Store) -> None:
    assert warned(store, version="2.10") == []


def test_what_is_published_already_is_not_warned_of(store: Store) -> None:
    publish(store, shipped(), version="2.4")
    publish(store, newer(), version="2.5")

    assert warned(store, shipped(), version="2.4") == []


@pytest.mark.parametrize("one", services.shipped(), ids=lambda one: one.key)
def test_what_ships_with_the_program_is_published_with_a_word_on_what_its_rules_do(
    store: Store, one: Curriculum
) -> None:
    of_its_rules = {"rules-overlap", "oscillation", "text-contradicts-values", "text-or-and"}

    warnings = {finding.kind for finding in services.publishing_plan(store, SETTINGS, one).warnings}
    done = services.publish(
        store, SETTINGS, one, changelog="for our rigs", reason="as it was", actor=acting(DEE), at=NOW
    )

    assert warnings <= of_its_rules
    assert done.key == one.key


def test_a_neighbour_that_cannot_be_read_says_nothing(store: Store) -> None:
    store.home.put(f"{RIGS}Coupled Baiting_curriculum_v2.9_schema_v1.0.json", b"?", replaces=ABSENT)

    assert warned(store, version="3.0") == []


def test_an_endless_version_is_a_fault_and_no_accident(store: Store) -> None:
    assert any("bytes long" in fault for fault in plan(store, version="9" * 5_000).faults)


# ---- who wrote it ----


def test_a_publication_tells_from_which_draft_it_comes_and_who_wrote_it(store: Store) -> None:
    work = apply(services.from_curriculum(shipped()), SetDescription("Fewer trials"))
    stored = services.start_draft(store, work, actor=acting(DEE), at=NOW, identity="d1")

    publish(store, work, draft="d1", seen=stored.version)

    found = services.published_curriculum(store, "Coupled Baiting", "2.4")
    assert (found.draft, found.draft_version, found.authors) == ("d1", stored.version, ("dee@lab.org",))
