"""Who worked on a draft does not agree to it: who that is, who is told, and what the record says."""

import json

import pytest

from autotrain_core import services
from autotrain_core.editing import SetDescription, apply
from autotrain_core.errors import NotAllowedError
from autotrain_core.models import Actor
from autotrain_core.store import MemoryHome, Store
from tests.services.publishing import DEE, EVE, NOW, RIGS, SETTINGS, acting, lab, read_as_today, told
from tests.services.test_reviews import approve, ask, start, with_policy


@pytest.fixture
def store() -> Store:
    return lab(MemoryHome())


def save(store: Store, base: services.StoredDraft, words: str, actor: Actor) -> services.StoredDraft:
    work = apply(base.draft, SetDescription(words))
    return services.save_draft(store, "d1", work, replaces=base.version, actor=actor, at=NOW)


def test_whoever_worked_on_a_draft_does_not_agree_to_it_whoever_asked(store: Store) -> None:
    stored = save(store, start(store), "by Eve", acting(EVE))
    asked = ask(store, stored.version)

    assert asked.authors == ("dee@lab.org", "eve@lab.org")
    assert asked.is_own_work_of("eve@lab.org")
    for answer in (
        lambda: approve(store, asked.seen, acting(EVE)),
        lambda: services.return_review(store, "d1", seen=asked.seen, comment="No", actor=acting(EVE), at=NOW),
    ):
        with pytest.raises(NotAllowedError, match="Eve worked on this draft, and nobody agrees to his own work"):
            answer()
    assert read_as_today(store.home, RIGS) == {}


def test_the_record_names_who_worked_on_it(store: Store) -> None:
    stored = save(store, start(store), "by Eve", acting(EVE))

    approve(store, ask(store, stored.version).seen)

    assert [facts["authors"] for facts in told(store, "review")] == [["dee@lab.org", "eve@lab.org"]] * 2
    (facts,) = told(store, "curriculum-published")
    assert (facts["authors"], facts["draft"]) == (["dee@lab.org", "eve@lab.org"], "d1")
    assert facts["draft_version"] == stored.version


def test_a_publication_begins_a_new_count_of_authors(store: Store) -> None:
    stored = save(store, start(store), "by Eve", acting(EVE))
    approve(store, ask(store, stored.version).seen)
    stored = save(store, stored, "by Dee alone", acting(DEE))

    asked = ask(store, stored.version, version="2.5")

    assert asked.authors == ("dee@lab.org",)
    assert approve(store, asked.seen, acting(EVE)).reviewed_by == "eve@lab.org"


def test_a_request_of_an_earlier_program_is_not_answered_by_who_worked_on_it(store: Store) -> None:
    stored = save(store, start(store), "by Eve", acting(EVE))
    ask(store, stored.version)
    document = store.read("reviews/d1")
    facts = {name: value for name, value in json.loads(document.body).items() if name != "authors"}
    seen = store.write("reviews/d1", json.dumps(facts).encode(), replaces=document.version)

    with pytest.raises(NotAllowedError, match="worked on this draft"):
        approve(store, seen, acting(EVE))


def test_whoever_only_brought_a_draft_back_did_not_work_on_it(store: Store) -> None:
    stored = start(store)
    services.remove_draft(store, "d1", replaces=stored.version, actor=acting(EVE), at=NOW)
    services.bring_back_draft(store, "d1", actor=acting(EVE), at=NOW)

    assert services.draft_authors(store, "d1") == ("dee@lab.org",)


def test_the_authors_of_a_long_history_are_found(store: Store) -> None:
    stored = start(store)
    for number in range(70):
        stored = save(store, stored, f"step {number}", acting(EVE))

    assert services.draft_authors(store, "d1") == ("dee@lab.org", "eve@lab.org")


def test_who_saved_after_the_version_that_was_seen_did_not_work_on_it(store: Store) -> None:
    stored = start(store)
    save(store, stored, "later", acting(EVE))

    assert services.draft_authors(store, "d1", seen=stored.version) == ("dee@lab.org",)


def test_who_worked_on_it_is_not_asked_to_agree(store: Store) -> None:
    with_policy(store)

    found = services.may_publish(
        store, SETTINGS, "Coupled Baiting", actor=acting(DEE), at=NOW, authors=["eve@lab.org", "heron@lab.org"]
    )

    assert found.sentence.endswith("it takes the role PI, and nobody agrees to his own work.")
