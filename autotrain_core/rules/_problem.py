"""What is wrong in the text of a condition, where, and what to write instead."""

from dataclasses import dataclass

_SHOWN = 76


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
