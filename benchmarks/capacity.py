"""
What many institutes need: objects, requests, bytes and money, from what was measured and what is assumed.

Prints the tables of docs/capacity.md. Whoever measures again, or pays other prices, changes a number here, runs

    python benchmarks/capacity.py --write

and the page holds the new tables; a test compares them.
"""

import argparse
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "capacity.md"

# ---- assumed: what an institute is ----

MICE = 300
"""In training at a time."""
SESSIONS_A_YEAR = 60
"""Of each."""
YEARS = 5
MOST_MICE = 10_000
MOST_SESSIONS = 1_000_000
NEWS_A_DAY = 40
"""Runs that find something new."""
DAYS = 365
MONTHS = 12
RUNS_A_DAY = 144
"""Of `autotrain run --watch 10m`."""
HEARTBEATS_A_DAY = 24
"""Runs without news that are recorded all the same."""
READS_A_DAY = 100
"""Rigs and browsers that fetch the manager pickle."""
VERSIONS_KEPT = 30
"""Days that a versioned bucket keeps what was replaced, by a lifecycle rule of its owner."""

# ---- assumed: list prices in US dollars ----

PRICES = "S3 Standard in us-west-2, as of 2025"

DOLLARS_A_THOUSAND_WRITES = 0.005
"""PUT and LIST."""
DOLLARS_A_THOUSAND_READS = 0.0004
"""GET and HEAD."""
DOLLARS_A_GIGABYTE_MONTH = 0.023
DOLLARS_A_GIGABYTE_OUT = 0.09
"""Out of the cloud; within its region nothing."""

# ---- measured: benchmarks/running.py and the sizes of what it wrote ----


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests to the store."""

    put: int
    list: int
    get: int
    head: int

    def __mul__(self, times: int) -> "Requests":
        return Requests(self.put * times, self.list * times, self.get * times, self.head * times)

    def __add__(self, other: "Requests") -> "Requests":
        return Requests(self.put + other.put, self.list + other.list, self.get + other.get, self.head + other.head)

    @property
    def writes(self) -> int:
        """Those that cost what a PUT costs."""
        return self.put + self.list

    @property
    def reads(self) -> int:
        """Those that cost what a GET costs."""
        return self.get + self.head

    @property
    def total(self) -> int:
        """All of them."""
        return self.writes + self.reads

    @property
    def dollars(self) -> float:
        """What they cost."""
        return (self.writes * DOLLARS_A_THOUSAND_WRITES + self.reads * DOLLARS_A_THOUSAND_READS) / 1000


RUN_WITH_NEWS = Requests(put=17, list=31, get=5, head=31)
RUN_WITHOUT_NEWS = Requests(put=0, list=3, get=5, head=14)
RUN_WITHOUT_COPIES = Requests(put=5, list=5, get=7, head=8)
"""With news, of an institute whose table is too large for today's forms."""
HEARTBEAT = Requests(put=1, list=1, get=0, head=0)
READ = Requests(put=0, list=0, get=1, head=0)

OBJECTS_OF_A_RUN = 5
"""New ones of a run with news: a publication, a commit of the record, three tables; twelve more are replaced."""
OBJECTS_AT_FIRST = 40

OWN_BYTES = 20_000
OWN_BYTES_A_SESSION = 6.4
"""What a run with news adds: that much, and for each session of the table that much more."""
COPY_BYTES_A_SESSION = 2 * (706 + 199 + 4.3)
"""What it replaces: the manager table as pickle, csv and parquet in two folders, at 100 sessions a mouse."""
PICKLE_BYTES_A_SESSION = 706
MOST_ROWS = 200_000
"""Larger tables have no copies in today's form; see docs/nightly.md."""
SESSION_TABLE_BYTES_A_SESSION = 234
"""As a pickle with 21 columns."""
SECONDS_A_MILLION_WITH_NEWS = 307.0
SECONDS_A_MILLION_WITHOUT_NEWS = 224.0
"""Of a run that makes today's forms too: most of it goes into them."""
SECONDS_A_MILLION_WITHOUT_COPIES = 184.0
"""Of a run that makes its own tables only."""
LATENCIES = (0.015, 0.030, 0.100)
"""Seconds for a request: a server beside, a region of the cloud, an ocean between."""

# ---- measured: benchmarks/engines.py ----

STORED_SECONDS_A_MILLION = 2.4
"""Of cores, to read, decide and write the parts: all processes of the cluster together."""
STORED_BYTES_A_MILLION = 20_000_000 + 6_000_000
"""A part of the session table, and its decisions, as parquet."""
STORED_PART = Requests(put=2, list=0, get=1, head=2)
STORED_PART_SESSIONS = 250_000
HELD_BYTES_A_SESSION = 780
"""Most memory of one process that decides a whole table."""


@dataclass(frozen=True, slots=True)
class Institute:
    """
    One institute.

    Attributes:
        mice: In training at a time.
        sessions: In its session table.
        watched: Whether it runs every ten minutes, not once a night.
    """

    mice: int
    sessions: int
    watched: bool

    @property
    def often(self) -> str:
        """How often it runs."""
        return f"every {24 * 60 // RUNS_A_DAY} min" if self.watched else "nightly"

    @property
    def news(self) -> int:
        """Runs a day that find something new."""
        return NEWS_A_DAY if self.watched else 1

    @property
    def runs(self) -> int:
        """Runs a day."""
        return RUNS_A_DAY if self.watched else 1

    @property
    def has_copies(self) -> bool:
        """Whether its tables are written in today's form too."""
        return self.sessions <= MOST_ROWS

    @property
    def run_with_news(self) -> Requests:
        """What such a run asks."""
        return RUN_WITH_NEWS if self.has_copies else RUN_WITHOUT_COPIES

    @property
    def requests(self) -> Requests:
        """A day."""
        quiet = self.runs - self.news
        reads = READ * (READS_A_DAY if self.has_copies else 0)
        return (
            self.run_with_news * self.news + RUN_WITHOUT_NEWS * quiet + HEARTBEAT * min(quiet, HEARTBEATS_A_DAY) + reads
        )

    @property
    def kept(self) -> float:
        """Bytes that a run with news adds."""
        return OWN_BYTES + OWN_BYTES_A_SESSION * self.sessions

    @property
    def replaced(self) -> float:
        """Bytes that it replaces."""
        return COPY_BYTES_A_SESSION * self.sessions if self.has_copies else 0.0

    @property
    def objects(self) -> int:
        """After a year."""
        return OBJECTS_AT_FIRST + DAYS * (OBJECTS_OF_A_RUN * self.news + min(self.runs - self.news, HEARTBEATS_A_DAY))

    @property
    def stored(self) -> float:
        """Bytes after a year, the session table included."""
        return DAYS * self.news * self.kept + self.replaced + SESSION_TABLE_BYTES_A_SESSION * self.sessions

    @property
    def versions(self) -> float:
        """Bytes of replaced copies, where the bucket keeps them."""
        return VERSIONS_KEPT * self.news * self.replaced

    @property
    def fetched(self) -> float:
        """Bytes a day that rigs and browsers fetch."""
        return READS_A_DAY * PICKLE_BYTES_A_SESSION * self.sessions if self.has_copies else 0.0

    @property
    def seconds(self) -> float:
        """Of a run with news."""
        each = SECONDS_A_MILLION_WITH_NEWS if self.has_copies else SECONDS_A_MILLION_WITHOUT_COPIES
        return each * self.sessions / 1e6

    @property
    def seconds_a_day(self) -> float:
        """Of all runs."""
        each = SECONDS_A_MILLION_WITHOUT_NEWS if self.has_copies else SECONDS_A_MILLION_WITHOUT_COPIES
        return self.news * self.seconds + (self.runs - self.news) * each * self.sessions / 1e6

    @property
    def dollars(self) -> float:
        """A month, after a year, without transfer and versions."""
        return self.requests.dollars * DAYS / MONTHS + self.stored / 1e9 * DOLLARS_A_GIGABYTE_MONTH


SESSIONS = MICE * SESSIONS_A_YEAR * YEARS
USUAL_NIGHTLY = Institute(MICE, SESSIONS, watched=False)
USUAL_WATCHED = Institute(MICE, SESSIONS, watched=True)
LARGE_NIGHTLY = Institute(MOST_MICE, MOST_SESSIONS, watched=False)
LARGE_WATCHED = Institute(MOST_MICE, MOST_SESSIONS, watched=True)
INSTITUTES = (USUAL_NIGHTLY, USUAL_WATCHED, LARGE_NIGHTLY, LARGE_WATCHED)
MANY = (10, 100, 1_000)
TABLES = (1_000_000, 10_000_000, 100_000_000, 1_000_000_000)


def tables() -> dict[str, str]:
    """Write the tables of the page, each under the name by which the page calls for it."""
    return {
        "what an institute is": what_an_institute_is(),
        "prices": prices(),
        "one run": one_run(),
        "one institute": one_institute(),
        "many institutes": many_institutes(),
        "one table": one_table(),
    }


def what_an_institute_is() -> str:
    watched = (
        f"once a night, or every {24 * 60 // RUNS_A_DAY} minutes: {RUNS_A_DAY} a day, {NEWS_A_DAY} of them with news"
    )
    years = f"{SESSIONS:,}: {YEARS} years of {SESSIONS_A_YEAR} sessions a year for each"
    cells = [
        ["mice in training at a time", f"{MICE:,}", f"{MOST_MICE:,}"],
        ["sessions in the session table", years, f"{MOST_SESSIONS:,}"],
        ["runs", watched, "the same"],
        [
            "rigs and browsers that fetch the manager pickle",
            f"{READS_A_DAY} times a day",
            f"none: tables of more than {MOST_ROWS:,} rows are not written in today's forms",
        ],
    ]
    return markdown(["assumed", "usual", "upper bound"], cells)


def prices() -> str:
    cells = [
        ["1,000 PUT or LIST", f"{DOLLARS_A_THOUSAND_WRITES:g}"],
        ["1,000 GET or HEAD", f"{DOLLARS_A_THOUSAND_READS:g}"],
        ["a gigabyte kept for a month", f"{DOLLARS_A_GIGABYTE_MONTH:g}"],
        ["a gigabyte that leaves the cloud", f"{DOLLARS_A_GIGABYTE_OUT:g}"],
        ["a gigabyte that comes in, or stays in its region", "0"],
    ]
    return markdown([PRICES, "US dollars"], cells)


def one_run() -> str:
    kinds = {
        "with news": RUN_WITH_NEWS,
        "with news, table too large for today's forms": RUN_WITHOUT_COPIES,
        "without news": RUN_WITHOUT_NEWS,
    }
    latencies = [f"s, at {1000 * latency:.0f} ms each" for latency in LATENCIES]
    cells = [
        [
            name,
            *map(str, (run.put, run.list, run.get, run.head, run.total)),
            *(f"{run.total * one:.1f}" for one in LATENCIES),
        ]
        for name, run in kinds.items()
    ]
    return markdown(["a run", "PUT", "LIST", "GET", "HEAD", "in all", *latencies], cells)


def one_institute() -> str:
    rows: Sequence[tuple[str, Callable[[Institute], str]]] = (
        ("sessions in its table", lambda one: f"{one.sessions:,}"),
        ("runs a day, with news", lambda one: f"{one.runs}, {one.news}"),
        ("requests a day: PUT and LIST", lambda one: f"{one.requests.writes:,}"),
        ("GET and HEAD", lambda one: f"{one.requests.reads:,}"),
        ("new objects a day", lambda one: f"{(one.objects - OBJECTS_AT_FIRST) // DAYS:,}"),
        ("objects after a year", lambda one: f"{one.objects:,}"),
        ("added by a run with news", lambda one: in_bytes(one.kept)),
        ("replaced by it", lambda one: in_bytes(one.replaced)),
        ("stored after a year", lambda one: in_bytes(one.stored)),
        (f"replaced copies kept {VERSIONS_KEPT} days", lambda one: in_bytes(one.versions)),
        ("fetched by rigs and browsers a day", lambda one: in_bytes(one.fetched)),
        ("$ a month: requests", lambda one: f"{one.requests.dollars * DAYS / MONTHS:.2f}"),
        ("storage, after a year", lambda one: f"{one.stored / 1e9 * DOLLARS_A_GIGABYTE_MONTH:.2f}"),
        ("kept copies", lambda one: f"{one.versions / 1e9 * DOLLARS_A_GIGABYTE_MONTH:.2f}"),
        (
            "readers outside the region",
            lambda one: f"{one.fetched * DAYS / MONTHS / 1e9 * DOLLARS_A_GIGABYTE_OUT:.2f}",
        ),
        ("seconds of a run with news", lambda one: f"{one.seconds:.0f}"),
    )
    cells = [[title, *(value(one) for one in INSTITUTES)] for title, value in rows]
    return markdown(["", *(f"{one.mice:,} mice, {one.often}" for one in INSTITUTES)], cells)


def many_institutes() -> str:
    titles = (
        "institutes", "mice of each", "how often", "requests a day", "a second, if all begin at once",
        "objects after a year", "stored after a year", "$ a month", "core hours a day",
    )  # fmt: skip
    cells = []
    for count in MANY:
        for one in (USUAL_NIGHTLY, USUAL_WATCHED, LARGE_NIGHTLY):
            cells.append(
                [
                    f"{count:,}",
                    f"{one.mice:,}",
                    one.often,
                    f"{count * one.requests.total:,}",
                    f"{count * one.run_with_news.total / one.seconds:,.0f}",
                    f"{count * one.objects:,}",
                    in_bytes(count * one.stored),
                    f"{count * one.dollars:,.2f}",
                    f"{count * one.seconds_a_day / 3600:,.1f}",
                ]
            )
    return markdown(titles, cells)


def one_table() -> str:
    titles = (
        "sessions", "memory, if one process held them", "parts", "requests", "read and written", "$ for the requests",
        "time of one core",
    )  # fmt: skip
    cells = []
    for sessions in TABLES:
        parts = -(-sessions // STORED_PART_SESSIONS)
        asked = STORED_PART * parts
        cells.append(
            [
                f"{sessions:,}",
                in_bytes(HELD_BYTES_A_SESSION * sessions),
                f"{parts:,}",
                f"{asked.total:,}",
                in_bytes(STORED_BYTES_A_MILLION * sessions / 1e6),
                f"{asked.dollars:.2f}",
                in_time(STORED_SECONDS_A_MILLION * sessions / 1e6),
            ]
        )
    return markdown(titles, cells)


def in_bytes(size: float) -> str:
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return "–" if size == 0 else f"{size:.0f} B"


def in_time(seconds: float) -> str:
    for unit, factor in (("h", 3600), ("min", 60)):
        if seconds >= factor:
            return f"{seconds / factor:.1f} {unit}"
    return f"{seconds:.0f} s"


def markdown(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    lines = [titles, ["---", *(["--:"] * (len(titles) - 1))], *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written_into(page: str) -> str:
    """Put each table in its place on the page: behind a comment with its name."""
    for name, table in tables().items():
        before, comment, behind = page.partition(f"<!-- {name} -->\n\n")
        if not comment:
            raise SystemExit(f"{PAGE} has no place for <!-- {name} -->")
        rest = itertools.dropwhile(lambda line: line.startswith("|"), behind.splitlines(keepends=True))
        page = f"{before}{comment}{table}\n\n{''.join(rest).lstrip()}"
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/capacity.md")
    if parser.parse_args().write:
        PAGE.write_text(written_into(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return
    print("\n\n".join(f"{name}\n\n{table}" for name, table in tables().items()))


if __name__ == "__main__":
    main()
