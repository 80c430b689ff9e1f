"""What people want mice to run next, as a publication holds it and as the table of rigs says it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.interop import Order
from autotrain_core.models import Curriculum, Enrolment, Library, Override, plain
from autotrain_core.services._published import serves
from autotrain_core.store import Store, TableRef

Item = Override | Enrolment

COLUMNS = ("subject_id", "id", "kind", "stage", "curriculum", "version", "day")
"""Of the table `orders` of a publication, all text: a row for each mouse that runs something by the will of people."""


@dataclass(frozen=True, slots=True)
class Orders:
    """
    What people want.

    Attributes:
        table: As a publication keeps it; see `COLUMNS`.
        orders: As the table of rigs says it.
        warnings: What could not be told, and why.
    """

    table: pd.DataFrame
    orders: tuple[Order, ...]
    warnings: tuple[str, ...]


def no_orders() -> pd.DataFrame:
    """Return a table of orders without any."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})


def read_orders(store: Store, table: TableRef | None) -> pd.DataFrame:
    """
    Read what a publication holds.

    Raises:
        DamagedError: It cannot be read.
        NotStoredError: Somebody removed it.
        StoreUnavailableError: The store does not answer.
    """
    return no_orders() if table is None else store.load_table(table)


def orders_of(
    upcoming: Mapping[str, Item],
    rows: pd.DataFrame,
    decides: Curriculum | Library,
    library: Library,
    *,
    before: pd.DataFrame,
    only: Collection[str] = (),
) -> Orders:
    """
    Put what people want into the form that is published.

    Args:
        upcoming: See `evaluation.Standings`.
        rows: What is published; see `services.published_rows`.
        decides: What decides.
        library: Every curriculum at hand.
        before: What the publication before held; mice that may not change keep it.
        only: Mice that may change; all where empty.
    """
    table = pd.DataFrame(
        [_cells(mouse, item) for mouse, item in sorted(upcoming.items()) if not only or mouse in only],
        columns=list(COLUMNS),
        dtype="str",
    )
    if only:
        kept = before[~before["subject_id"].isin(list(only)).to_numpy(dtype=bool)]
        table = pd.concat([table, kept], ignore_index=True).sort_values("subject_id", ignore_index=True)
    followed = _followed(rows)
    find = _finder(decides, library)
    warnings: list[str] = []
    orders = tuple(_orders(table, followed, find, warnings))
    return Orders(table, orders, tuple(warnings))


def _cells(mouse: str, item: Item) -> dict[str, str]:
    return {
        "subject_id": mouse,
        "id": item.id,
        "kind": "enrolment" if isinstance(item, Enrolment) else item.kind.value,
        "stage": item.stage,
        "curriculum": item.curriculum,
        "version": item.version,
        "day": "" if item.day is None else item.day.isoformat(),
    }


def _followed(rows: pd.DataFrame) -> Mapping[str, tuple[str, str]]:
    """Say which curriculum the last published session of each mouse followed."""
    last = rows[serves(rows)].drop_duplicates("subject_id", keep="last")
    keys = zip(last["curriculum_name"], last["curriculum_version"], strict=True)
    return dict(zip(last["subject_id"], keys, strict=True))


Find = Callable[[str, str], Curriculum | None]


def _finder(decides: Curriculum | Library, library: Library) -> Find:
    own = [decides] if isinstance(decides, Curriculum) else list(decides)

    def find(name: str, version: str) -> Curriculum | None:
        for read in own:
            if (read.name, read.version) == (name, version):
                return read
        try:
            return library.get(name, version)
        except NotStoredError:
            return None

    return find


def _orders(
    table: pd.DataFrame, followed: Mapping[str, tuple[str, str]], find: Find, warnings: list[str]
) -> Iterator[Order]:
    for row in table.to_dict(orient="records"):
        mouse, name, version = str(row["subject_id"]), str(row["curriculum"]), str(row["version"])
        curriculum = find(name, version) if name else find(*followed.get(mouse, ("", "")))
        stages: Sequence[str] = () if curriculum is None else [stage.label for stage in curriculum.stages]
        if row["stage"] and (row["stage"] not in stages if curriculum is not None else bool(name)):
            where = f"{name}@{version}" if name else "its curriculum"
            warnings.append(
                f"What was decided for {plain(mouse)} could not be told to the rigs: this store has no stage "
                f"{plain(str(row['stage']))} of {plain(where)}."
            )
            continue
        yield Order(
            subject_id=mouse,
            id=str(row["id"]),
            stage=str(row["stage"]),
            curriculum=name,
            version=version,
            schema=curriculum.schema_version if curriculum is not None and name else "",
            stages=tuple(stages),
            task=_task(curriculum) if curriculum is not None and name else "",
            day=date.fromisoformat(str(row["day"])) if row["day"] else None,
        )


def _task(curriculum: Curriculum) -> str:
    return str(curriculum.first_stage.parameters.get("task", curriculum.name))
