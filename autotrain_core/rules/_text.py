"""
The outermost gate: only text that could be a condition goes on to the parser.

Python's own parser is quick but not built for hostile text: it folds look-alike letters into ASCII, and deep
nesting exhausts its stack. So length, letters, signs and nesting are bounded here, before it sees anything.
"""

import re
from dataclasses import dataclass
from itertools import accumulate, pairwise

from autotrain_core.errors import ConditionError, Problem

MAX_LENGTH = 4_000
MAX_BRACKETS = 30
MAX_TOKENS = 1_500
MAX_DIGITS = 30

_TOKEN = re.compile(
    r"(?P<blank>[ \t]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign><=|>=|==|!=|\*\*|//|:=|->|[-+*/<>()\[\]:,.])"
    r"|(?P<other>.)",
    re.DOTALL,
)
# Possessive (++): a long number is tried once, not once for each of its ends.
_RUN_TOGETHER = re.compile(r"(?<![A-Za-z_0-9.])[0-9]++\.?+[0-9]*+(?=(?:and|or)\b)")
_REFUSED = {
    "**": "write a product, x * x",
    "//": "divide with / and round()",
    ":=": "conditions name nothing",
    "->": "compare with > or >=",
    "'": "conditions hold numbers, no text",
    '"': "conditions hold numbers, no text",
    "=": "compare with ==",
    "#": "put remarks into the description",
    "\r": "end lines with a plain line feed",
    "&": "write 'and'",
    "|": "write 'or'",
    "!": "write 'not'",
    "~": "write 'not'",
    "%": "the signs are + - * /",
    "\\": "a line break needs no sign",
    "{": "group with ( )",
    "}": "group with ( )",
}


@dataclass(frozen=True, slots=True)
class Source:
    """
    The text that today's readers would evaluate: the condition without its line breaks.

    Attributes:
        text: The condition as written.
        joined: The same without line feeds and outer blanks.
        places: For each character of `joined`, and its end, the offset in `text`.
    """

    text: str
    joined: str
    places: tuple[int, ...]

    def problem(self, message: str, remedy: str, column: int) -> Problem:
        """Describe a fault at a column of `joined` by its place in `text`."""
        return Problem(message, remedy, self.text, self.places[max(0, min(column, len(self.joined)))])


def read(text: str) -> Source:
    """
    Admit the text of a condition.

    Args:
        text: As it stands in a document.

    Raises:
        ConditionError: Empty, too long, or with letters and signs that no condition has; all of them listed
            (the first twenty).
    """
    if not text.strip():
        raise ConditionError((Problem("the condition is empty", "write 'lambda metrics: …'", text[:1], 0),))
    if len(text) > MAX_LENGTH:
        raise ConditionError(
            (
                Problem(
                    f"the condition is {len(text):,} characters long, of at most {MAX_LENGTH:,}",
                    "split it into several rules",
                    text[:MAX_LENGTH],
                    0,
                ),
            )
        )
    kept = [place for place, letter in enumerate(text) if letter != "\n"]
    joined = "".join(text[place] for place in kept)
    blank = len(joined) - len(joined.lstrip(" \t"))
    joined = joined.strip(" \t")
    places = kept[blank : blank + len(joined)]
    source = _spaced(Source(text, joined, (*places, places[-1] + 1)))
    problems = _scan(source)
    if problems:
        raise ConditionError(tuple(problems[:20]))
    return source


def _spaced(source: Source) -> Source:
    """Put a blank between a number and the word that follows it, as Python (with a warning) reads `200and`."""
    gaps = [0, *(match.end() for match in _RUN_TOGETHER.finditer(source.joined)), len(source.joined)]
    pieces = [source.joined[start:end] for start, end in pairwise(gaps)]
    places = [place for start, end in pairwise(gaps) for place in (*source.places[start:end], source.places[end])]
    return Source(source.text, " ".join(pieces), tuple(places))


def _scan(source: Source) -> list[Problem]:
    problems: list[Problem] = []
    tokens = list(_TOKEN.finditer(source.joined))
    before = ""
    for token in tokens:
        word, column = token.group(), token.start()
        if token.lastgroup == "other" or word in _REFUSED:
            problems.append(source.problem(*_refuse(word), column))
        elif token.lastgroup == "name" and before == "number":
            problems.append(source.problem(f"the number runs into '{word[:20]}'", "put a blank between them", column))
        elif token.lastgroup == "number" and len(word) > MAX_DIGITS:
            problems.append(source.problem(f"a number of {len(word)} characters", f"use at most {MAX_DIGITS}", column))
        before = token.lastgroup or ""
    words = [token for token in tokens if token.lastgroup != "blank"]
    if len(words) > MAX_TOKENS:
        problems.append(
            source.problem(
                f"the condition has more than {MAX_TOKENS:,} words and signs",
                "split it into several rules",
                words[MAX_TOKENS].start(),
            )
        )
    depths = accumulate((token.group() in "([") - (token.group() in ")]") for token in tokens)
    for token, depth in zip(tokens, depths, strict=True):
        if depth > MAX_BRACKETS:
            problems.append(
                source.problem(f"brackets are nested more than {MAX_BRACKETS} deep", "simplify", token.start())
            )
            break
    return problems


def _refuse(sign: str) -> tuple[str, str]:
    if sign in _REFUSED:
        return f"conditions have no {sign!r}", _REFUSED[sign]
    name = f"'{sign}'" if sign.isprintable() else f"U+{ord(sign):04X}"
    if sign.isascii():
        return f"conditions have no {name}", ""
    return f"the character {name} is not plain ASCII", "type it again from the keyboard"
