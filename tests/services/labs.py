"""Labs with members, and a home that stops answering, for tests of people and their rights."""

from collections.abc import Mapping
from datetime import UTC, datetime

from autotrain_core import services
from autotrain_core.errors import StoreUnavailableError
from autotrain_core.models import Actor, Member, Members, Role
from autotrain_core.store import Home, Store
from tests.store.passing import PassingHome

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
OPERATOR = services.operator("root@machine")

ADA = Member(email="ada@lab.org", name="Ada", roles=(Role.ADMIN,))
BEN = Member(email="ben@lab.org", name="Ben", roles=(Role.TRAINER,), trainer="Ben L")
HERON = Member(email="heron@lab.org", name="Dr. Heron", roles=(Role.PI,), person="Heron")
LAB = Members(members=(ADA, BEN, HERON), contact="Dana, room 3")


def with_members(store: Store, members: Members = LAB) -> str:
    """Save the first members of a store."""
    return services.save_members(store, members, replaces="", actor=OPERATOR, at=NOW)


def acting(email: str, members: Members = LAB) -> Actor:
    return services.actor_of(members, email)


def told(store: Store) -> list[dict[str, object]]:
    """What the record says of members."""
    return [dict(event.facts) for entry in store.record.read() for event in entry.events if event.kind == "members"]


class Falling(PassingHome):
    """Answers no write below a prefix; all else goes on."""

    def __init__(self, home: Home, prefix: str) -> None:
        super().__init__(home)
        self.prefix = prefix

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        if self.prefix and key.startswith(self.prefix):
            raise StoreUnavailableError("The server does not answer.")
        return super().put(key, body, replaces=replaces, labels=labels)
