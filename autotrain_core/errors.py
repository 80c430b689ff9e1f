"""What can go wrong, sorted by who moves next."""

from dataclasses import dataclass

_SHOWN = 76


class AutotrainError(Exception):
    """Every error that this program raises on purpose."""


class DocumentError(AutotrainError):
    """A curriculum, a task or another document is wrong: its author moves next."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One fault in a condition.

    Attributes:
        message: What is wrong, in a sentence without a full stop.
        remedy: What to write instead; empty where there is nothing to say.
        text: The whole text of the condition.
        offset: Place of the fault: characters from the start of `text`.
    """

    message: str
    remedy: str
    text: str
    offset: int

    @property
    def line(self) -> int:
        """Line of the fault, from 1."""
        return self.text.count("\n", 0, self.offset) + 1

    @property
    def column(self) -> int:
        """Column of the fault in its line, from 1."""
        return self.offset - (self.text.rfind("\n", 0, self.offset) + 1) + 1

    def __str__(self) -> str:
        """Print the message, the line it is about, and a caret with the remedy."""
        start = self.text.rfind("\n", 0, self.offset) + 1
        # A line break itself can be the fault: then its line ends where it starts.
        end = self.text.find("\n", self.offset)
        line = self.text[start : min(end if end >= 0 else len(self.text), self.offset + _SHOWN)]
        place = self.offset - start
        line, place = line.lstrip(), place - (len(line) - len(line.lstrip()))
        cut = max(0, place - _SHOWN // 2)
        shown = ("…" if cut else "") + _printable(line[cut : cut + _SHOWN].rstrip())
        caret = " " * (max(place - cut, 0) + (1 if cut else 0)) + "^"
        return f"{self.message}\n    {shown}\n    {caret} {self.remedy}".rstrip()


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


class ConditionError(DocumentError):
    """
    The text of a condition is not one that the rule language knows.

    Attributes:
        problems: Every problem found, in the order of the text; see `Problem`.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class EditError(DocumentError):
    """A change of a draft that cannot be made, because its document would be no curriculum or mean something else."""


class TableError(AutotrainError):
    """A table as a whole cannot be used: whoever writes it moves next."""


class MissingColumnError(TableError):
    """
    A table lacks columns that are needed.

    Attributes:
        missing: Names of the absent columns.
    """

    def __init__(self, table: str, missing: tuple[str, ...], found: tuple[str, ...], remedy: str = "") -> None:
        self.missing = missing
        expected = ", ".join(f"'{name}'" for name in missing)
        there = ", ".join(found[:12]) + (", …" if len(found) > 12 else "")
        super().__init__(
            f"{table} has no column {expected}. Its columns are: {there or 'none'}." + (f" {remedy}" if remedy else "")
        )


class NotStoredError(AutotrainError):
    """What was asked for by name does not exist where it was looked for."""


class ConflictError(AutotrainError):
    """
    Someone else saved between our read and our write; nothing was written.

    Attributes:
        key: What was to be written.
        expected: Version that the writer started from; empty where nothing was to be there.
        found: Version that is there; empty where nothing is.
    """

    def __init__(self, key: str, *, expected: str, found: str) -> None:
        self.key, self.expected, self.found = key, expected, found
        started = f"you started from version {_brief(expected)}" if expected else "you expected it not to be there"
        holds = f"the store now holds {_brief(found)}" if found else "it is no longer there"
        super().__init__(
            f"{key} was saved by someone else: {started}, {holds}. Nothing was written; reload and compare."
        )


class MeanwhileError(ConflictError):
    """Something came in between what was on the screen and what was asked for; nothing was done."""

    def __init__(self, sentence: str) -> None:
        self.key, self.expected, self.found = "", "", ""
        AutotrainError.__init__(self, sentence)


def _brief(version: str) -> str:
    number, dot, digest = version.partition(".")
    return f"{number}{dot}{digest[:8]}" if dot else version[:12]


class StoreUnavailableError(AutotrainError):
    """The store does not answer, or not in time: try again; nobody's document is wrong."""


class UnfitStoreError(AutotrainError):
    """This server or disk cannot keep what the program promises: whoever runs it moves next."""


class NotAllowedError(AutotrainError):
    """The store, or the program, refuses this person: ask someone who has the right."""


class EngineError(AutotrainError):
    """What decides cannot be started, or lost its workers: whoever runs it moves next; nothing was published."""


class NoRendererError(AutotrainError):
    """Nothing on this machine can draw a diagram: whoever installed the program moves next."""


class DamagedError(AutotrainError):
    """
    What is stored is not what was written: whoever keeps the store moves next.

    Attributes:
        key: The object that is damaged.
    """

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(f"{key} {sentence}")
