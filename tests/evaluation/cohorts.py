"""Tables of decided sessions for tests of cohorts, written in a line or drawn."""

from itertools import pairwise

import pandas as pd
from hypothesis import strategies as st

LADDER = ("A", "B", "C", "Graduated")
DAY = pd.Timestamp("2026-01-05")  # a Monday


def rows_of(mice, **columns):
    """
    Make a table from mouse -> stages that it ran, one letter a session, and what came after the last.

    `{"m": "AABG"}` ran A, A, B and was then sent to Graduated. One session a day from Monday on; what a session
    was sent to is what was run next.
    """
    names = dict(zip("ABCG", LADDER, strict=True))
    rows = [
        (mouse, number + 1, DAY + pd.Timedelta(days=number), names[now], names[then], "Toy@1")
        for mouse, stages in mice.items()
        for number, (now, then) in enumerate(pairwise(stages))
    ]
    table = pd.DataFrame(
        rows, columns=["subject_id", "session", "session_date", "stage", "following", "curriculum"]
    ).astype({"session_date": "datetime64[s]"})
    rank = {name: place for place, name in enumerate(LADDER)}
    step = table["following"].map(rank) - table["stage"].map(rank)
    table["decision"] = step.map(lambda size: "STAY" if size == 0 else "PROGRESS" if size > 0 else "ROLLBACK")
    return table.assign(**columns)


def as_categories(rows):
    """Give the same table as the app holds it."""
    stages = pd.CategoricalDtype([*LADDER, "never"])
    kinds = {"subject_id": "category", "curriculum": "category", "stage": stages, "following": stages}
    return rows.astype(kinds).astype({"session": "int32"})


@st.composite
def tables(draw):
    """Draw up to four mice with gaps in their session numbers and days, overridden now and then, in any order."""
    rows = []
    for mouse in draw(st.lists(st.sampled_from("mnop"), max_size=4, unique=True)):
        sessions = draw(st.lists(st.integers(1, 12), min_size=1, max_size=9, unique=True))
        for session in sorted(sessions):
            rows.append(
                (
                    mouse,
                    session,
                    draw(st.one_of(st.none(), st.integers(0, 20), st.just(session))),
                    draw(st.sampled_from(LADDER)),
                    draw(st.sampled_from(LADDER)),
                    draw(st.sampled_from(["Toy@1", "Toy@2"])),
                )
            )
    rows = draw(st.permutations(rows))
    table = pd.DataFrame(rows, columns=["subject_id", "session", "day", "stage", "following", "curriculum"])
    table["session"] = table["session"].astype("int64")
    table["session_date"] = DAY + pd.to_timedelta(table.pop("day").astype("float64"), unit="D")
    table["session_date"] = table["session_date"].astype("datetime64[s]")
    return as_categories(table) if draw(st.booleans()) else table


def mice_in(rows):
    """Yield each mouse with its rows as dicts, sessions in order."""
    for mouse in rows["subject_id"].drop_duplicates():
        own = rows[rows["subject_id"] == mouse].sort_values("session")
        yield mouse, own.to_dict(orient="records")
