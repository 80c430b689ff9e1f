"""The nightly run, started now by a person who may, and what people decided, published now."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from autotrain_core.models import Actor, Right
from autotrain_core.services._people import confirmed, require
from autotrain_core.services._run import RunReport, publish_orders, run_once
from autotrain_core.services._settings import Settings
from autotrain_core.store import Store

Progress = Callable[[int, int], None]


def run_by(
    store: Store,
    settings: Settings,
    *,
    actor: Actor,
    at: datetime,
    code: str,
    progress: Progress | None = None,
    only: Sequence[str] = (),
    dry: bool = False,
) -> RunReport:
    """
    Do now what is done every night; see `run_once`, which says all that may go wrong besides.

    Args:
        store: Where.
        settings: What lies where in it.
        actor: Who asks; the record names the address.
        at: Now, with a time zone.
        code: Version of the program.
        progress: Called with (steps done, steps in all) while deciding.
        only: Leave the rows of all other mice as they are; every mouse where empty.
        dry: Write nothing.

    Raises:
        NotAllowedError: The actor may not, or no longer; or the store refuses.
    """
    require(confirmed(store, actor), Right.RUN)
    return run_once(store, settings, at=at, by=actor.email, code=code, only=only, dry=dry, progress=progress)


def tell_rigs(
    store: Store, settings: Settings, mice: Collection[str], *, actor: Actor, at: datetime, code: str
) -> RunReport:
    """
    Publish at once what people decided about some mice; nothing else changes.

    It is no run: whoever asks how the nightly run is doing is told of that one alone. All that may go wrong besides is
    said by `run_once`.

    Args:
        store: Where.
        settings: What lies where in it.
        mice: Which; enrolled mice without any session too.
        actor: Who asks; the record names the address.
        at: Now, with a zone.
        code: Version of the program.

    Returns:
        What was done. Where `foreign` is not empty, the rigs were not told: those tables are somebody else's.

    Raises:
        NotAllowedError: The actor may not, or no longer; or the store refuses.
    """
    now = confirmed(store, actor)
    require(now, Right.PROPOSE)
    return publish_orders(store, settings, mice, at=at, by=now.email, code=code)
