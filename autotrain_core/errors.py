"""What can go wrong, sorted by who moves next."""


class AutotrainError(Exception):
    """Every error that this program raises on purpose."""


class DocumentError(AutotrainError):
    """A curriculum or task document is wrong: its author moves next."""


class ConditionError(DocumentError):
    """
    The text of a condition is not one that the rule language knows.

    Attributes:
        problems: Every problem found, in the order of the text; see `rules.Problem`.
    """

    def __init__(self, problems: tuple["ProblemLike", ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


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
            f"{table} has no column {expected}. Its columns are: {there or 'none'}."
            + (f" {remedy}" if remedy else "")
        )


class NotStoredError(AutotrainError):
    """What was asked for by name does not exist where it was looked for."""


ProblemLike = object
