"""A lab with two mice whose people decide something, and how they do it in a line; for tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from autotrain_core import services
from autotrain_core.models import Kind, Member, Members, Override, Role
from autotrain_core.services import LabView, Proposed, Seen, Wish
from tests.services.labs import ADA, BEN, HERON, acting, with_members
from tests.services.nights import Nights, session

CRANE = Member(email="crane@lab.org", name="Dr. Crane", roles=(Role.PI,), mice=("700009",))
VERA = Member(email="vera@lab.org", name="Vera", roles=(Role.VIEWER,))
DORA = Member(email="dora@lab.org", name="Dora", roles=(Role.DESIGNER,))
PEOPLE = Members(members=(ADA, BEN, HERON, CRANE, VERA, DORA))
EVE = datetime(2026, 11, 3, 3, tzinfo=UTC)
"""A day before the first night."""

MOUSE, OTHER = "700001", "700002"
STAGES = ("STAGE_1_WARMUP", "STAGE_2", "STAGE_3")
"""What the mouse ran: after the third session the rules suggest STAGE_FINAL."""


def ran(*stages: str | None, subject: str = MOUSE, **more: Any) -> list[dict[str, Any]]:
    """The sessions of a mouse of Dr. Heron, one a day from the first of November on."""
    return [
        session(subject, number, stage=stage, PI="Heron", **more) | {"session_date": f"2026-11-{number:02d}"}
        for number, stage in enumerate(stages, start=1)
    ]


@dataclass
class Lab:
    """A lab after its first night, on the fourth of November in the morning."""

    nights: Nights = field(default_factory=lambda: Nights(at=EVE))
    rows: list[dict[str, Any]] = field(default_factory=lambda: [*ran(*STAGES), *ran(*STAGES, subject=OTHER)])

    def __post_init__(self) -> None:
        with_members(self.nights.store, PEOPLE)
        self.nights.run(self.rows)
        self.at = self.nights.at + timedelta(hours=4)

    @property
    def store(self) -> Any:
        return self.nights.store

    @property
    def settings(self) -> services.Settings:
        return self.nights.settings

    def view(self) -> LabView:
        return services.lab_view(self.store, self.settings, at=self.at)

    def propose(self, by: str = "ben", *, mouse: str = MOUSE, identity: str = "ov-1", **wish: Any) -> Proposed:
        """Propose; by default to skip to the last stage, which takes the mouse's PI."""
        wanted = {"kind": Kind.STAGE, "stage": "STAGE_1", "reason": "struggling", **wish}
        last = services.last_session(self.view(), mouse)
        return services.propose(
            self.store,
            self.settings,
            Wish(subject_id=mouse, **wanted),
            seen=last.words if last else "",
            actor=acting(f"{by}@lab.org", PEOPLE),
            at=self.at,
            identity=identity,
        )

    def answer(self, what: Any, by: str = "heron", *ids: str, **more: Any) -> tuple[Override, ...]:
        """Answer proposals as they are at this moment."""
        known = services.said(self.store).overrides
        seen = [Seen.of(known[one]) for one in ids or ("ov-1",)]
        found: tuple[Override, ...] = what(
            self.store, self.settings, seen, actor=acting(f"{by}@lab.org", PEOPLE), at=self.at, **more
        )
        return found

    def tell(self, *mice: str) -> services.RunReport:
        actor = acting("heron@lab.org", PEOPLE)
        return services.tell_rigs(self.store, self.settings, mice or (MOUSE,), actor=actor, at=self.at, code="0")

    def override(self, identity: str = "ov-1") -> Override:
        return services.said(self.store).override(identity)

    def trains(self, *stages: str, **more: Any) -> services.RunReport:
        """Let the next sessions of the mouse come in, one a day, and the night after them."""
        before = len([row for row in self.rows if row["subject_id"] == MOUSE])
        new = ran(*[""] * before, *stages)[before:]
        self.rows = [*self.rows, *({**row, **more} for row in new)]
        self.nights.at += timedelta(days=len(stages) - 1)
        report = self.nights.run(self.rows)
        self.at = self.nights.at + timedelta(hours=4)
        return report

    def rows_of(self, mouse: str = MOUSE, session: int | None = None) -> Any:
        """What is published of a mouse, or of one of its sessions."""
        rows = self.nights.rows()
        own = rows[rows["subject_id"] == mouse]
        return own if session is None else own[own["session"] == session].iloc[0]

    def latest(self, mouse: str = MOUSE) -> dict[str, Any]:
        """What a rig reads of a mouse: its row with the highest session number."""
        table = self.nights.read_by_rig()
        own = table[table["subject_id"] == mouse].sort_values("session")
        return {str(name): value for name, value in own.iloc[-1].items()}


_OF_BOTH = tuple(f"7000{number:02d}" for number in range(50))
BOTH = Members(
    members=(ADA, BEN, HERON.model_copy(update={"mice": _OF_BOTH}), CRANE.model_copy(update={"mice": _OF_BOTH}))
)
"""A lab in which two PIs share all mice."""
