"""Retiring a version: it is hidden from who enrols, and nothing else happens."""

import pytest

from autotrain_core import services
from autotrain_core.errors import DamagedError, DocumentError, NotAllowedError, NotStoredError
from autotrain_core.store import ABSENT, MemoryHome, Store
from tests.services.labs import Falling
from tests.services.publishing import DEE, HERON, NOW, SETTINGS, acting, lab, told


@pytest.fixture
def store() -> Store:
    return lab(MemoryHome())


def retire(store: Store, version: str = "2.3", reason: str = "replaced") -> services.Retired:
    return services.retire(store, "Coupled Baiting", version, reason=reason, actor=acting(DEE), at=NOW)


def test_nothing_is_retired_at_first(store: Store) -> None:
    assert services.retired(store) == {}


def test_a_retired_version_says_who_why_and_when(store: Store) -> None:
    done = retire(store, reason=" replaced\nby 2.4 ")

    assert services.retired(store) == {"Coupled Baiting@2.3": done}
    assert (done.by, done.reason, done.at) == ("dee@lab.org", "replaced by 2.4", NOW)
    (facts,) = told(store, "curriculum-retired")
    assert (facts["name"], facts["version"], facts["reason"]) == ("Coupled Baiting", "2.3", "replaced by 2.4")


def test_what_decides_knows_it_all_the_same(store: Store) -> None:
    retire(store)

    assert "Coupled Baiting@2.3" in services.stored_shelf(store.home, SETTINGS).library


def test_to_retire_again_changes_nothing(store: Store) -> None:
    first = retire(store)

    assert retire(store, reason="another") == first
    assert len(told(store, "curriculum-retired")) == 1


def test_a_retired_version_is_offered_again(store: Store) -> None:
    retire(store)
    other = retire(store, "2.2")

    services.unretire(store, "Coupled Baiting", "2.3", actor=acting(DEE), at=NOW)

    assert services.retired(store) == {"Coupled Baiting@2.2": other}
    assert len(told(store, "curriculum-brought-back")) == 1
    with pytest.raises(NotStoredError, match="is not retired"):
        services.unretire(store, "Coupled Baiting", "2.3", actor=acting(DEE), at=NOW)


def test_only_who_may_retires(store: Store) -> None:
    with pytest.raises(NotAllowedError):
        services.retire(store, "Coupled Baiting", "2.3", reason="x", actor=acting(HERON), at=NOW)
    retire(store)
    with pytest.raises(NotAllowedError):
        services.unretire(store, "Coupled Baiting", "2.3", actor=acting(HERON), at=NOW)


@pytest.mark.parametrize("reason", [" ", "x" * 501])
def test_a_reason_is_a_line(store: Store, reason: str) -> None:
    with pytest.raises(DocumentError, match="say why, in at most 500 characters"):
        retire(store, reason=reason)


def test_a_record_that_could_not_be_told_is_told_the_next_time(store: Store) -> None:
    with pytest.raises(Exception, match="It is done, but the record could not be told"):
        retire(Store(Falling(store.home, "autotrain/record/")))

    retire(Store(store.home))

    assert len(told(Store(store.home), "curriculum-retired")) == 1


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"retired": [{"name": 1}]}'])
def test_a_document_of_somebody_else_is_told(store: Store, body: bytes) -> None:
    store.write("retired", body, replaces=ABSENT)

    with pytest.raises(DamagedError, match="something else wrote it"):
        services.retired(store)
