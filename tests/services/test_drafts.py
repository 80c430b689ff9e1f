"""Drafts in the store: saved, merged, restored, removed and brought back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.editing import Draft, SetDescription, SetIdentity, SetParameters, apply, draft_to_bytes
from autotrain_core.errors import ConflictError, DocumentError, NotAllowedError, NotStoredError
from autotrain_core.store import ABSENT, FolderHome, Home, MemoryHome, Store
from tests.services.publishing import DEE, EVE, HERON, NOW, acting, lab, shipped, told
from tests.store.passing import Counting, Interrupted


@pytest.fixture(params=["memory", "folder"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return MemoryHome() if request.param == "memory" else FolderHome(tmp_path)


@pytest.fixture
def store(home: Home) -> Store:
    return lab(home)


def draft() -> Draft:
    return services.from_curriculum(shipped())


def start(store: Store, identity: str = "d1") -> services.StoredDraft:
    return services.start_draft(store, draft(), actor=acting(DEE), at=NOW, identity=identity)


def described(words: str, of: Draft | None = None) -> Draft:
    return apply(of or draft(), SetDescription(words))


def save(store: Store, work: Draft, base: services.StoredDraft, **asked: object) -> services.StoredDraft:
    given = {"replaces": base.version, "actor": acting(DEE), "at": NOW, **asked}
    return services.save_draft(store, base.id, work, **given)  # type: ignore[arg-type]


def test_a_draft_that_was_started_is_read_as_it_was(store: Store) -> None:
    started = start(store)

    found = services.open_draft(store, "d1")
    assert found == started
    assert found.draft == draft()
    assert (found.by, found.at, found.number) == ("dee@lab.org", NOW, 1)


def test_each_draft_gets_an_id_of_its_own(store: Store) -> None:
    assert start(store, "").id != start(store, "").id


def test_an_id_that_is_taken_is_told(store: Store) -> None:
    start(store)

    with pytest.raises(ConflictError):
        start(store)


@pytest.mark.parametrize("identity", ["", "../d1", "a/b", "x" * 41, "dé", "none"])
def test_a_link_to_no_draft_says_so(store: Store, identity: str) -> None:
    with pytest.raises(NotStoredError):
        services.open_draft(store, identity)


def test_a_draft_that_is_not_there_is_told_to_people(store: Store) -> None:
    said = []
    for asked in (
        lambda: services.open_draft(store, "zzz"),
        lambda: services.draft_history(store, "zzz"),
        lambda: services.draft_version(store, "zzz", 1),
        lambda: services.bring_back_draft(store, "zzz", actor=acting(DEE), at=NOW),
        lambda: services.remove_draft(store, "zzz", replaces="", actor=acting(DEE), at=NOW),
        lambda: services.save_draft(store, "zzz", draft(), replaces="", actor=acting(DEE), at=NOW),
    ):
        with pytest.raises(NotStoredError) as caught:
            asked()
        said.append(str(caught.value))

    assert set(said) == {"There is no draft zzz; it may have been deleted."}


def test_a_draft_with_an_endless_number_is_no_accident(store: Store) -> None:
    endless = replace(draft(), document={**draft().document, "x": 10**5_000})

    with pytest.raises(DocumentError, match="a number has more than 40 characters"):
        services.start_draft(store, endless, actor=acting(DEE), at=NOW)


def test_an_endless_number_in_a_draft_is_told_wherever_it_is_met() -> None:
    endless = replace(draft(), document={**draft().document, "x": -(10**5_000)})

    for met in (endless.curriculum, lambda: draft_to_bytes(endless), lambda: apply(endless, SetDescription("x"))):
        with pytest.raises(DocumentError, match="a number has more than 40 characters"):
            met()


def test_the_largest_numbers_that_can_be_read_are_kept(store: Store) -> None:
    large = replace(draft(), document={**draft().document, "x": [10**40 - 1, 1 - 10**39, True]})

    stored = services.start_draft(store, large, actor=acting(DEE), at=NOW, identity="d1")

    assert stored.draft == large
    for beyond in (10**40, -(10**39)):
        with pytest.raises(DocumentError, match="a number has more than 40 characters"):
            draft_to_bytes(replace(large, document={**large.document, "x": beyond}))


def test_drafts_are_listed_the_last_saved_first(store: Store) -> None:
    first, second = start(store, "a"), start(store, "b")
    save(store, described("later"), first, at=NOW + timedelta(hours=1))

    listed = services.drafts(store)

    assert [(one.id, one.title, one.by, one.number, one.problem) for one in listed] == [
        ("a", "Coupled Baiting 2.3", "dee@lab.org", 2, ""),
        ("b", "Coupled Baiting 2.3", "dee@lab.org", 1, ""),
    ]
    assert listed[1].version == second.version
    assert listed[0].based_on == "Coupled Baiting@2.3"


def test_a_draft_that_cannot_be_read_is_listed_and_hides_no_other(store: Store) -> None:
    start(store, "good")
    store.write("drafts/bad", b"{}", replaces=ABSENT, by="somebody")

    listed = {one.id: one.problem for one in services.drafts(store)}

    assert listed["good"] == ""
    assert "is no draft" in listed["bad"]
    with pytest.raises(DocumentError, match="is no draft"):
        services.open_draft(store, "bad")


def test_a_damaged_draft_is_listed_and_hides_no_other(tmp_path: Path) -> None:
    store = lab(FolderHome(tmp_path))
    start(store, "good")
    start(store, "hurt")
    for path in (tmp_path / "autotrain" / "documents" / "drafts" / "hurt").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"{}")

    listed = {one.id: bool(one.problem) for one in services.drafts(Store(FolderHome(tmp_path)))}

    assert listed == {"good": False, "hurt": True}


def test_a_save_takes_the_place_of_what_was_seen(store: Store) -> None:
    started = start(store)

    saved = save(store, described("other"), started, note="a word")

    assert (saved.number, saved.note) == (2, "a word")
    assert services.open_draft(store, "d1").draft == described("other")


def test_an_unchanged_draft_is_not_written(store: Store) -> None:
    started = start(store)
    store = Store(Counting(store.home))

    assert save(store, draft(), started) == started
    assert store.home.asked["put"] == 0  # type: ignore[attr-defined]


def test_of_two_who_save_from_one_version_the_second_is_told(store: Store) -> None:
    started = start(store)
    save(store, described("first"), started)

    with pytest.raises(ConflictError):
        save(store, described("second"), started)

    assert services.open_draft(store, "d1").draft == described("first")


def test_what_two_changed_in_different_places_is_put_together(store: Store) -> None:
    started = start(store)
    save(store, described("theirs"), started, actor=acting(EVE))
    mine = apply(draft(), SetParameters((("Stage 2", "BlockMin", 7),)))

    done = services.save_or_merge(store, "d1", mine, base=started, actor=acting(DEE), at=NOW)

    assert done.saved
    assert done.merge is not None
    assert done.merge.theirs_changed
    assert services.open_draft(store, "d1").draft == described("theirs", mine)


def test_where_nobody_saved_in_between_there_is_nothing_to_merge(store: Store) -> None:
    started = start(store)

    done = services.save_or_merge(store, "d1", described("mine"), base=started, actor=acting(DEE), at=NOW)

    assert done.saved
    assert done.merge is None
    assert done.stored.number == 2


def test_what_both_changed_is_saved_by_neither_until_somebody_says_which(store: Store) -> None:
    started = start(store)
    theirs = save(store, described("theirs"), started, actor=acting(EVE))

    done = services.save_or_merge(store, "d1", described("mine"), base=started, actor=acting(DEE), at=NOW)

    assert not done.saved
    assert done.stored == theirs
    assert done.merge is not None
    assert [(one.mine, one.theirs) for one in done.merge.conflicts] == [("mine", "theirs")]
    answered = save(store, done.merge.draft, done.stored)
    assert answered.draft == described("mine")


def test_a_third_who_saves_while_two_are_put_together_loses_nothing(store: Store) -> None:
    started = start(store)
    save(store, described("theirs"), started)
    third = apply(described("theirs"), SetParameters((("Stage 3", "BlockMin", 9),)))

    def meanwhile() -> None:
        save(store, third, services.open_draft(store, "d1"))

    busy = Store(Interrupted(store.home, meanwhile, times=1))
    mine = apply(draft(), SetParameters((("Stage 2", "BlockMin", 7),)))
    done = services.save_or_merge(busy, "d1", mine, base=started, actor=acting(DEE), at=NOW)

    assert done.saved
    assert services.open_draft(store, "d1").draft == apply(third, SetParameters((("Stage 2", "BlockMin", 7),)))


def test_others_who_save_again_and_again_are_told(store: Store) -> None:
    started = start(store)
    count = iter(range(10_000))

    def meanwhile() -> None:
        newest = services.open_draft(store, "d1")
        other = apply(newest.draft, SetParameters((("Stage 3", "BlockMin", next(count) + 2),)))
        save(store, other, newest)

    busy = Store(Interrupted(store.home, meanwhile))

    with pytest.raises(ConflictError):
        services.save_or_merge(busy, "d1", described("mine"), base=started, actor=acting(DEE), at=NOW)


def test_somebody_who_removed_it_meanwhile_is_told(store: Store) -> None:
    started = start(store)
    services.remove_draft(store, "d1", replaces=started.version, actor=acting(EVE), at=NOW)

    with pytest.raises(NotStoredError, match=r"was deleted by eve@lab\.org"):
        services.save_or_merge(store, "d1", described("mine"), base=started, actor=acting(DEE), at=NOW)


def test_the_history_names_every_version_the_newest_first(store: Store) -> None:
    started = start(store)
    save(store, described("other"), started, actor=acting(EVE), note="words")

    history = services.draft_history(store, "d1")

    assert [(one.number, one.by, one.note, one.current) for one in history] == [
        (2, "eve@lab.org", "words", True),
        (1, "dee@lab.org", "started", False),
    ]


def test_an_older_version_is_read_and_restored(store: Store) -> None:
    started = start(store)
    saved = save(store, described("other"), started)
    assert services.draft_version(store, "d1", 1).draft == draft()

    restored = services.restore_draft_version(store, "d1", 1, replaces=saved.version, actor=acting(DEE), at=NOW)

    assert (restored.number, restored.note, restored.draft) == (3, "version 1 restored", draft())


@pytest.mark.parametrize("number", [0, 2, -1, 99])
def test_a_version_that_is_not_there_is_not_restored(store: Store, number: int) -> None:
    start(store)

    with pytest.raises(NotStoredError, match="has no version"):
        services.draft_version(store, "d1", number)


def test_a_removed_draft_is_gone_from_the_list_and_comes_back_as_it_was(store: Store) -> None:
    started = start(store)
    saved = save(store, described("other"), started)
    services.remove_draft(store, "d1", replaces=saved.version, actor=acting(DEE), at=NOW)
    assert services.drafts(store) == ()
    assert services.draft_history(store, "d1")[0].removed

    back = services.bring_back_draft(store, "d1", actor=acting(DEE), at=NOW)

    assert back.draft == described("other")
    assert services.bring_back_draft(store, "d1", actor=acting(DEE), at=NOW) == back
    with pytest.raises(NotStoredError, match="no version 3"):
        services.draft_version(store, "d1", 3)


def test_a_draft_that_somebody_saved_is_not_removed(store: Store) -> None:
    started = start(store)
    save(store, described("other"), started)

    with pytest.raises(ConflictError):
        services.remove_draft(store, "d1", replaces=started.version, actor=acting(DEE), at=NOW)


def test_the_record_tells_of_beginning_and_end_and_not_of_every_save(store: Store) -> None:
    stored = start(store)
    for words in ("one", "two", "three"):
        stored = save(store, described(words), stored)
    services.remove_draft(store, "d1", replaces=stored.version, actor=acting(DEE), at=NOW)
    services.bring_back_draft(store, "d1", actor=acting(DEE), at=NOW)

    kinds = [event.kind for entry in store.record.read() for event in entry.events if event.kind != "members"]
    assert kinds == ["draft-started", "draft-removed", "draft-brought-back"]
    (facts,) = told(store, "draft-started")
    assert facts["title"] == "Coupled Baiting 2.3"


def test_only_who_may_edit_changes_a_draft(store: Store) -> None:
    stored = start(store)
    pi = acting(HERON)

    for change in (
        lambda: services.start_draft(store, draft(), actor=pi, at=NOW),
        lambda: save(store, described("x"), stored, actor=pi),
        lambda: services.save_or_merge(store, "d1", described("x"), base=stored, actor=pi, at=NOW),
        lambda: services.restore_draft_version(store, "d1", 1, replaces=stored.version, actor=pi, at=NOW),
        lambda: services.remove_draft(store, "d1", replaces=stored.version, actor=pi, at=NOW),
        lambda: services.bring_back_draft(store, "d1", actor=pi, at=NOW),
    ):
        with pytest.raises(NotAllowedError, match="edit drafts of curricula"):
            change()

    assert services.open_draft(store, "d1") == stored


def test_a_draft_keeps_where_its_stages_stand(store: Store) -> None:
    placed = replace(draft(), places={"Stage 2": (8.0, -16.5)})
    started = services.start_draft(store, placed, actor=acting(DEE), at=NOW)

    assert services.open_draft(store, started.id).draft.places == {"Stage 2": (8.0, -16.5)}


def test_a_draft_has_the_name_that_is_in_it(store: Store) -> None:
    named = apply(draft(), SetIdentity("Mine", "0.1"))
    services.start_draft(store, named, actor=acting(DEE), at=NOW)

    assert services.drafts(store)[0].title == "Mine 0.1"
