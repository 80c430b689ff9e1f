"""
One of two PIs who answer the same proposals at the same moments; driven by lines on stdin, tells on stdout.

    python -m tests.services.racing_answers URL ADDRESS approve|refuse

For each line, the id of a proposal, it answers at once, and prints what came of it as JSON.
"""

import json
import sys
from datetime import timedelta

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.services import Seen
from autotrain_core.store import Store, open_home
from tests.services.labs import acting
from tests.services.nights import FIRST
from tests.services.people import BOTH


def main(url: str, address: str, what: str) -> None:
    store, settings, at = Store(open_home(url)), services.Settings(), FIRST + timedelta(days=3)
    view = services.lab_view(store, settings, at=at)
    seen = {key: Seen.of(one) for key, one in services.said(store).overrides.items()}
    answer = services.approve if what == "approve" else services.refuse
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        one = seen[line.strip()]
        try:
            answer(store, settings, [one], actor=acting(address, BOTH), at=at, comment="my answer", view=view)
            came = "won"
        except AutotrainError as error:
            came = f"{type(error).__name__}: {error}"
        print(json.dumps(came), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
