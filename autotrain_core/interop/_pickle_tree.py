"""
Read a pickle as a tree of plain values: nothing that it names is imported, called or changed.

A pickle is a program. Python's own reader runs it, and an allow-list of names cannot make that safe: an
allowed class still has constructors and `__setstate__` that trust what they are given. So this reader only
writes down what the program *says* ("an ndarray made from these bytes"), and `_pickle_table` builds a table
from the few sentences that pandas is known to write.

Source of the format: the opcode table of CPython's `Lib/pickletools.py`.
"""

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

NOTHING = object()
"""The state of a `Made` that was given none; None itself is a state that pandas writes."""

_LARGEST_INTEGER_BYTES = 16
_LARGEST_KEY = 2**31
MAX_STEPS = 12_000_000
"""A table of half a million sessions takes fewer; each step can cost a hundred bytes of memory."""
MAX_NUMBERS = 40_000_000
"""Numbers that follow one another are read at once, so they are no steps; each costs some forty bytes."""

_STOP, _SHORT_TEXT, _MEMOIZE, _RECALL = ord("."), 0x8C, 0x94, ord("j")
_LONGEST_RUN = 1000


def _run(code: str, size: int) -> re.Pattern[bytes]:
    """Numbers of one kind, one behind the other; `++` because nothing is ever tried again."""
    return re.compile(rb"(?:%b.{%d}){1,%d}+" % (code.encode(), size, _LONGEST_RUN), re.DOTALL)


_RUNS = {
    ord("G"): (_run("G", 8), ">", "xd", 9),
    ord("K"): (_run("K", 1), "<", "xB", 2),
    ord("M"): (_run("M", 2), "<", "xH", 3),
}
"""Of the operations that push a number: what a run of them looks like, its order and form to `struct`, and its size."""


def _place(body: bytes, at: int) -> int:
    return body[at] | body[at + 1] << 8 | body[at + 2] << 16 | body[at + 3] << 24


@cache
def _unpacker(order: str, form: str, count: int) -> struct.Struct:
    return struct.Struct(order + form * count)


class UnreadablePickleError(Exception):
    """Why a pickle is no table; the door of the room turns it into a `TableError` that names the file."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the pickle that the reader allows, under the one spelling that `_pickle_table` knows."""

    text: str


@dataclass(slots=True, eq=False)
class Made:
    """
    What the pickle wants made: a call that is never carried out.

    Attributes:
        what: The allowed name that would be called.
        given: The arguments of the call.
        state: What would be handed to `__setstate__`; `NOTHING` where the pickle hands over none.
    """

    what: str
    given: tuple[Any, ...]
    state: Any = field(default=NOTHING)


class _Mark:
    """Where an open list, tuple or dictionary begins on the stack."""


_MARK = _Mark()


class _Reader:
    """The stack and the memo of one pickle while it is read."""

    def __init__(self, body: bytes, names: Mapping[str, str]) -> None:
        self.body = body
        self.names = names
        self.at = 0
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.pushed = 0
        self.finished = False

    def read(self) -> Any:
        body, end, known, stack, memo = self.body, len(self.body), _OPERATIONS, self.stack, self.memo
        for _ in range(MAX_STEPS):
            if self.finished:
                return self.pop()
            at = self.at
            if at + 1 >= end and (at >= end or body[at] != _STOP):
                raise UnreadablePickleError("it ends in the middle, so it is cut off.")
            code = body[at]
            # These are nine tenths of a table of text and lists; each has its place in _OPERATIONS too.
            if code in _RUNS and self.numbers(code):
                pass
            elif code == _SHORT_TEXT and (stop := at + 2 + body[at + 1]) <= end:
                self.at = stop
                stack.append(_decoded(body[at + 2 : stop], at))
            elif code == _MEMOIZE and stack:
                self.at = at + 1
                memo[len(memo)] = stack[-1]
            elif (
                code == _RECALL and (place := int.from_bytes(body[at + 1 : at + 5], "little")) in memo and at + 5 < end
            ):
                self.at = at + 5
                stack.append(memo[place])
            else:
                self.at = at + 1
                operation = known.get(code)
                if operation is None:
                    raise UnreadablePickleError(_refusal(code, at))
                operation(self)
        raise UnreadablePickleError(f"it takes more than {MAX_STEPS:,} steps; save it as parquet.")

    def numbers(self, code: int) -> bool:
        """Push a run of numbers; False where the file ends within the first."""
        pattern, order, form, size = _RUNS[code]
        found = pattern.match(self.body, self.at)
        if found is None:
            return False
        count = (found.end() - self.at) // size
        self.pushed += count
        if self.pushed > MAX_NUMBERS:
            raise UnreadablePickleError(f"it holds more than {MAX_NUMBERS:,} numbers; save it as parquet.")
        self.stack += _unpacker(order, form, count).unpack_from(self.body, self.at)
        self.at = found.end()
        return True

    # ---------------------------------------------------------------- bytes

    def take(self, count: int) -> bytes:
        start = self.at
        if count < 0 or count > len(self.body) - start:
            raise UnreadablePickleError(
                f"byte {start} announces {count:,} bytes where {len(self.body) - start:,} are left; it is cut off."
            )
        self.at = start + count
        return self.body[start : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def line(self) -> str:
        end = self.body.find(b"\n", self.at, self.at + 256)
        if end < 0:
            raise UnreadablePickleError(f"the name at byte {self.at} has no end.")
        text = self.body[self.at : end].decode("utf-8", errors="replace")
        self.at = end + 1
        return text

    def text(self, count: int) -> str:
        return _decoded(self.take(count), self.at)

    # ---------------------------------------------------------------- stack

    def pop(self) -> Any:
        if not self.stack:
            raise UnreadablePickleError(f"byte {self.at} takes from an empty stack.")
        value = self.stack.pop()
        if value is _MARK:
            raise UnreadablePickleError(f"byte {self.at} takes a mark for a value.")
        return value

    def top(self) -> Any:
        value = self.pop()
        self.stack.append(value)
        return value

    def since_mark(self) -> list[Any]:
        stack = self.stack
        for place in range(len(stack) - 1, -1, -1):
            if stack[place] is _MARK:
                items = stack[place + 1 :]
                del stack[place:]
                return items
        raise UnreadablePickleError(f"byte {self.at} closes what was never opened.")

    def tuple_of(self, count: int) -> None:
        items = self.stack[-count:]
        if len(items) < count or _MARK in items:
            raise UnreadablePickleError(f"byte {self.at} takes from an empty stack.")
        self.stack[-count:] = [tuple(items)]

    def remember(self, place: int) -> None:
        self.memo[place] = self.top()

    def recall(self, place: int) -> None:
        try:
            self.stack.append(self.memo[place])
        except KeyError as error:
            raise UnreadablePickleError(f"byte {self.at} recalls value {place}, which was never stored.") from error

    def append(self, items: list[Any]) -> None:
        target = self.top()
        if type(target) is not list:
            raise UnreadablePickleError(f"byte {self.at} appends to something that is no list.")
        target.extend(items)

    def set_items(self, items: list[Any]) -> None:
        target = self.top()
        if type(target) is not dict or len(items) % 2:
            raise UnreadablePickleError(f"byte {self.at} sets items of something that is no dictionary.")
        for key, value in zip(items[::2], items[1::2], strict=True):
            # Only these: a nested tuple as a key overflows the C stack when it is hashed.
            if not (type(key) is str or (type(key) is int and abs(key) < _LARGEST_KEY)):
                raise UnreadablePickleError(
                    f"a dictionary key before byte {self.at} is neither text nor a small number."
                )
            target[key] = value

    # ---------------------------------------------------------------- names

    def name(self, module: object, name: object) -> None:
        if type(module) is not str or type(name) is not str:
            raise UnreadablePickleError(f"byte {self.at} names something by a value that is no text.")
        spelled = self.names.get(f"{module} {name}")
        if spelled is None:
            raise UnreadablePickleError(f"it asks for '{module[:80]}.{name[:80]}', which no table needs.")
        self.stack.append(Name(spelled))

    def call(self) -> None:
        given, what = self.pop(), self.pop()
        if type(what) is not Name or type(given) is not tuple:
            raise UnreadablePickleError(f"byte {self.at} calls something that is no name.")
        self.stack.append(Made(what.text, given))

    def build(self) -> None:
        state, target = self.pop(), self.top()
        if type(target) is not Made or target.state is not NOTHING:
            raise UnreadablePickleError(f"byte {self.at} changes the state of something that has none to be set.")
        target.state = state

    # ---------------------------------------------------------------- header

    def protocol(self) -> None:
        version = self.take(1)[0]
        if not 2 <= version <= 5:
            raise UnreadablePickleError(f"it is of pickle protocol {version}; protocols 2 to 5 are read.")

    def frame(self) -> None:
        size = self.number(8)
        if size > len(self.body) - self.at:
            raise UnreadablePickleError(
                f"a frame announces {size:,} bytes where {len(self.body) - self.at:,} are left; it is cut off."
            )

    def integer(self, size: int) -> None:
        if size > _LARGEST_INTEGER_BYTES:
            raise UnreadablePickleError(f"byte {self.at} announces a whole number of {size:,} bytes.")
        self.stack.append(int.from_bytes(self.take(size), "little", signed=True))

    def finish(self) -> None:
        self.finished = True


def _decoded(text: bytes, at: int) -> str:
    try:
        # surrogatepass: what Python's own pickle writes for a lone surrogate.
        return text.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError as error:
        raise UnreadablePickleError(f"the text at byte {at} is not UTF-8.") from error


def _refusal(code: int, at: int) -> str:
    kind = _REFUSED.get(code)
    if kind is None:
        return f"byte {at} ({code:#04x}) is no operation of pickle protocols 2 to 5."
    return f"at byte {at} it uses {kind}, which no table needs."


def _global(reader: _Reader) -> None:
    module = reader.line()
    reader.name(module, reader.line())


def _stack_global(reader: _Reader) -> None:
    name = reader.pop()
    reader.name(reader.pop(), name)


def _append_one(reader: _Reader) -> None:
    item = reader.pop()
    reader.append([item])


def _set_one(reader: _Reader) -> None:
    value = reader.pop()
    key = reader.pop()
    reader.set_items([key, value])


def _pop_to_mark(reader: _Reader) -> None:
    reader.since_mark()


def _pop_one(reader: _Reader) -> None:
    # CPython pops a mark as well as a value; a table needs only the value.
    reader.pop()


_OPERATIONS: dict[int, Callable[[_Reader], None]] = {
    0x80: _Reader.protocol,
    0x95: _Reader.frame,
    _STOP: _Reader.finish,
    ord("("): lambda r: r.stack.append(_MARK),
    ord("0"): _pop_one,
    ord("1"): _pop_to_mark,
    ord("N"): lambda r: r.stack.append(None),
    0x88: lambda r: r.stack.append(True),
    0x89: lambda r: r.stack.append(False),
    ord("J"): lambda r: r.stack.append(int.from_bytes(r.take(4), "little", signed=True)),
    ord("K"): lambda r: r.stack.append(r.number(1)),
    ord("M"): lambda r: r.stack.append(r.number(2)),
    0x8A: lambda r: r.integer(r.number(1)),
    0x8B: lambda r: r.integer(r.number(4)),
    ord("G"): lambda r: r.stack.append(struct.unpack(">d", r.take(8))[0]),
    _SHORT_TEXT: lambda r: r.stack.append(r.text(r.number(1))),
    ord("X"): lambda r: r.stack.append(r.text(r.number(4))),
    0x8D: lambda r: r.stack.append(r.text(r.number(8))),
    ord("C"): lambda r: r.stack.append(r.take(r.number(1))),
    ord("B"): lambda r: r.stack.append(r.take(r.number(4))),
    0x8E: lambda r: r.stack.append(r.take(r.number(8))),
    0x96: lambda r: r.stack.append(r.take(r.number(8))),
    ord(")"): lambda r: r.stack.append(()),
    0x85: lambda r: r.tuple_of(1),
    0x86: lambda r: r.tuple_of(2),
    0x87: lambda r: r.tuple_of(3),
    ord("t"): lambda r: r.stack.append(tuple(r.since_mark())),
    ord("]"): lambda r: r.stack.append([]),
    ord("a"): _append_one,
    ord("e"): lambda r: r.append(r.since_mark()),
    ord("}"): lambda r: r.stack.append({}),
    ord("s"): _set_one,
    ord("u"): lambda r: r.set_items(r.since_mark()),
    ord("q"): lambda r: r.remember(r.number(1)),
    ord("r"): lambda r: r.remember(r.number(4)),
    _MEMOIZE: lambda r: r.remember(len(r.memo)),
    ord("h"): lambda r: r.recall(r.number(1)),
    ord("j"): lambda r: r.recall(r.number(4)),
    ord("c"): _global,
    0x93: _stack_global,
    ord("R"): _Reader.call,
    0x81: _Reader.call,
    ord("b"): _Reader.build,
}
"""Every operation that pandas' pickles use, and no other."""

_REFUSED = {
    ord("P"): "a persistent id",
    ord("Q"): "a persistent id",
    0x82: "the extension registry",
    0x83: "the extension registry",
    0x84: "the extension registry",
    ord("i"): "an old-style instance",
    ord("o"): "an old-style instance",
    0x92: "a constructor with keywords",
    0x8F: "a set",
    0x90: "a set",
    0x91: "a frozen set",
    0x97: "a buffer kept outside the file",
    0x98: "a buffer kept outside the file",
    ord("2"): "a doubled value",
    ord("F"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("I"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("L"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("S"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("V"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("p"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("g"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("d"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("l"): "text opcodes (pickle protocol 0; save with protocol 4)",
    ord("T"): "strings of Python 2 (save it again with Python 3)",
    ord("U"): "strings of Python 2 (save it again with Python 3)",
}


def parse(body: bytes, names: Mapping[str, str]) -> Any:
    """
    Read a pickle into a tree, running nothing.

    Args:
        body: The whole file; at most as many values are made as it has bytes.
        names: "module name" to the spelling that stands in the tree; every other name is refused.

    Returns:
        None, bool, int, float, str, bytes, tuple, list, dict (keys are text or small whole numbers), `Name`
        and `Made`, nested. A list may hold itself, and values are shared: walk it with a bound.
        What it cannot read it refuses with an UnreadablePickleError, which stays within this room.
    """
    return _Reader(body, names).read()
