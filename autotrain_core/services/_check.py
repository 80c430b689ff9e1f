"""Look after a store: what lies in it that should not, and what does not that should."""

from collections.abc import Iterator

from autotrain_core.errors import AutotrainError, NotStoredError
from autotrain_core.services._adopt import ARCHIVE
from autotrain_core.services._publication import latest
from autotrain_core.store import Store

_REMEDY = "Restore it from the versions of the bucket, or from a backup."


def check_store(store: Store) -> tuple[str, ...]:
    """
    Say what is foreign, missing or damaged in a store.

    Returns:
        A sentence for each thing that is wrong; none where nothing is.

    Raises:
        StoreUnavailableError: The store does not answer.
    """
    return (*store.check(), *_missing(store))


def _missing(store: Store) -> Iterator[str]:
    """What the publication in force needs, and the store has lost."""
    try:
        published = latest(store)
    except AutotrainError as error:
        yield str(error)
        return
    needed = {
        ref.key: f"the table '{name}' of publication {published.number}" for name, ref in published.tables.items()
    }
    needed |= {f"{ARCHIVE}{each.sha256}": f"what was adopted from {each.key}" for each in published.archives}
    for key, what in needed.items():
        try:
            store.home.head(key)
        except NotStoredError:
            yield f"{key} is missing: {what}. {_REMEDY}"
