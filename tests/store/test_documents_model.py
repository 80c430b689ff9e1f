"""Documents do what a plain list of versions does, whatever is done in whatever order."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from autotrain_core.errors import ConflictError, NotStoredError
from autotrain_core.store import ABSENT, FolderHome, Home, MemoryHome, Store

KEYS = st.sampled_from(["a", "b", "a/b", "a/9999999998.json"])
BODIES = st.sampled_from([b"", b"A", b"B"])


class Model(RuleBasedStateMachine):
    """Documents against a plain list of versions for each key."""

    versions = Bundle("versions")

    @staticmethod
    def new_home() -> Home:
        return MemoryHome()

    def __init__(self) -> None:
        super().__init__()
        home = self.new_home()
        self.stores = [Store(home), Store(home)]
        self.expected: dict[str, list[tuple[str, bytes | None]]] = {}

    def there(self, key: str) -> str:
        """The version that is in force."""
        history = self.expected.get(key)
        return history[-1][0] if history and history[-1][1] is not None else ABSENT

    def fits(self, key: str, replaces: str) -> bool:
        history = self.expected.get(key)
        return replaces == self.there(key) or (bool(history) and replaces == (history or [(ABSENT, None)])[-1][0])

    @rule(target=versions, key=KEYS, body=BODIES, who=st.integers(0, 1))
    def write(self, key: str, body: bytes, who: int) -> str:
        version = self.stores[who].write(key, body, replaces=self.there(key))
        self.expected.setdefault(key, []).append((version, body))
        return version

    @rule(key=KEYS, body=BODIES, replaces=versions, who=st.integers(0, 1))
    def write_over_any(self, key: str, body: bytes, replaces: str, who: int) -> None:
        if self.fits(key, replaces):
            version = self.stores[who].write(key, body, replaces=replaces)
            self.expected.setdefault(key, []).append((version, body))
        else:
            with pytest.raises(ConflictError) as caught:
                self.stores[who].write(key, body, replaces=replaces)
            assert (caught.value.expected, caught.value.found) == (replaces, self.there(key))

    @rule(target=versions, key=KEYS, who=st.integers(0, 1))
    def remove(self, key: str, who: int) -> str:
        if self.there(key) == ABSENT:
            with pytest.raises(NotStoredError):
                self.stores[who].remove(key, replaces=ABSENT)
            return "0.none"
        version = self.stores[who].remove(key, replaces=self.there(key))
        self.expected[key].append((version, None))
        return version

    @rule(key=KEYS, replaces=versions, who=st.integers(0, 1))
    def remove_any(self, key: str, replaces: str, who: int) -> None:
        told = NotStoredError if self.fits(key, replaces) else ConflictError
        if replaces != self.there(key):
            with pytest.raises(told):
                self.stores[who].remove(key, replaces=replaces)

    @rule(target=versions, key=KEYS, body=BODIES, who=st.integers(0, 1))
    def update(self, key: str, body: bytes, who: int) -> str:
        before = self.there(key)
        version = self.stores[who].update(key, lambda _: body)
        if version != before:
            self.expected.setdefault(key, []).append((version, body))
        return version

    @invariant()
    def both_read_what_is_there(self) -> None:
        for store in self.stores:
            for key, history in self.expected.items():
                found = store.history(key)
                assert [(one.version, None if one.removed else one.body) for one in reversed(found)] == history
                if self.there(key):
                    assert store.read(key).version == self.there(key)
            at_top = {key for key in self.expected if "/" not in key and self.there(key)}
            assert set(store.documents()) == at_top

    def teardown(self) -> None:
        assert self.stores[0].check(thorough=True) == ()


def test_documents_do_what_a_list_of_versions_does() -> None:
    run_state_machine_as_test(Model, settings=settings(max_examples=40, stateful_step_count=25))


def test_documents_in_a_folder_do_what_a_list_of_versions_does(tmp_path_factory: pytest.TempPathFactory) -> None:
    class InFolder(Model):
        @staticmethod
        def new_home() -> Home:
            return FolderHome(tmp_path_factory.mktemp("store"))

    few = settings(max_examples=10, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(InFolder, settings=few)
