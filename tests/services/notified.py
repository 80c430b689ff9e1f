"""A lab in which things happen that people hear of, and ears that are no server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from autotrain_core import services
from autotrain_core.models import Comment, Enrolment, Event, Member, Members, Override, Role, SessionRef, Step, step
from autotrain_core.services import DeliveryReport, Settings
from autotrain_core.services._notify_send import Message
from autotrain_core.services._said import COMMENT, COMMENTED, ENROL, ENROLMENT, OVERRIDE, PROPOSE, told
from autotrain_core.store import MemoryHome, Store
from tests.services.labs import ADA, BEN, HERON, LAB, NOW, with_members

HAWK = Member(email="hawk@lab.org", name="Dr. Hawk", roles=(Role.PI,), person="Hawk")
MAIL = Settings.model_validate(
    {
        "notify": {
            "smtp_host": "mail.lab.org",
            "sender": "autotrain@lab.org",
            "app": "https://autotrain.lab.org",
            "private_webhooks": True,
        }
    }
)


@dataclass
class Ears:
    """Takes messages in the place of a server; says no to some targets."""

    heard: list[Message] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    def __call__(self, _: object, message: Message, seconds: float) -> str:
        if message.target in self.refuses:
            return "nobody is there"
        self.heard.append(message)
        return ""

    @property
    def who(self) -> list[str]:
        return sorted(message.to for message in self.heard)


@dataclass
class Lab:
    """Ada is admin, Ben trains, Dr. Heron has the mice that begin with an h, Dr. Hawk all others."""

    store: Store = field(default_factory=lambda: Store(MemoryHome()))
    settings: Settings = MAIL
    ears: Ears = field(default_factory=Ears)
    at: datetime = NOW
    many: int = 0

    def __post_init__(self) -> None:
        with_members(self.store, Members(members=(*LAB.members, HAWK)))

    def owners(self, mouse: str) -> Sequence[Member]:
        return [HERON] if mouse.startswith("h") else [HAWK]

    def trainers(self, mouse: str) -> Sequence[Member]:
        return [BEN]

    def later(self, **span: float) -> "Lab":
        self.at += timedelta(**span)
        return self

    def tell(self, *, digest: bool = False, **options: Any) -> DeliveryReport:
        given = {"owners": self.owners, "trainers": self.trainers, "send": self.ears, **options}
        return services.deliver(self.store, self.settings, at=self.at, digest=digest, **given)

    def propose(self, mouse: str = "h1", *, by: str = BEN.email, **more: Any) -> Override:
        self.later(minutes=1)
        self.many += 1
        override = Override(
            **{"id": f"ov-{self.many}", "subject_id": mouse, "kind": "hold", "stage": "STAGE_2", "reason": "bias"}
            | {"by": by, "at": self.at}
            | more
        )
        self.say(told(OVERRIDE, PROPOSE, override, sentence="proposed"), by=by)
        return override

    def go(self, override: Override, *steps: Step, by: str) -> Override:
        self.later(minutes=1)
        for one in steps:
            ran = (SessionRef(subject_id=override.subject_id, session=9),) if one in (Step.USE, Step.MISS) else ()
            override = step(override, Event(step=one, by=by, at=self.at, comment="because", ran=ran))
            self.say(told(OVERRIDE, one, override, sentence="it happened"), by=by)
        return override

    def comment(self, mouse: str, *, by: str, text: str = "hm") -> None:
        self.later(minutes=1)
        self.many += 1
        one = Comment(id=f"c-{self.many}", subject_id=mouse, text=text, by=by, at=self.at)
        self.say(told(COMMENT, COMMENTED, one, sentence="commented"), by=by)

    def enrol(self, mouse: str, *, by: str) -> None:
        self.later(minutes=1)
        self.many += 1
        one = Enrolment(
            id=f"e-{self.many}",
            subject_id=mouse,
            curriculum="C",
            version="1",
            stage="STAGE_1",
            day=self.at.date(),
            by=by,
            at=self.at,
        )
        self.say(told(ENROLMENT, ENROL, one, sentence="enrolled"), by=by)

    def say(self, event: Any, *, by: str) -> None:
        self.store.record.append([event], by=by, at=self.at)

    def chooses(self, person: str, /, **chosen: Any) -> str:
        known = services.members(self.store)[0]
        _, version = services.notify_choice(self.store, person)
        return services.save_notify_choice(
            self.store,
            self.settings,
            services.NotifyChoice(**chosen),
            replaces=version,
            actor=services.actor_of(known, person),
            at=self.at,
        )


__all__ = ["ADA", "BEN", "HAWK", "HERON", "MAIL", "NOW", "Ears", "Lab"]
