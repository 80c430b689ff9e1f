"""What a run says about single sessions: those it left out, and those it took with a reservation."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """
    A remark on one session of one mouse.

    Attributes:
        subject_id: The mouse; empty where the table does not name it.
        session: Its session number, None where there is none.
        kind: What it is about, such as "duplicate" or "unknown-curriculum"; see docs/deciding.md.
        left_out: True where the session was not decided.
        sentence: What was found, and what was done about it.
    """

    subject_id: str
    session: int | None
    kind: str
    left_out: bool
    sentence: str

    def as_json(self) -> dict[str, object]:
        """Give the notice as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        """Say it in one line."""
        number = "no session number" if self.session is None else f"session {self.session}"
        return f"{self.subject_id or 'no mouse'}, {number}: {self.sentence}"
