"""What people are told beside the decisions: mice left out, documents with faults, files that are none."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autotrain_core.cli._streams import plain, say

if TYPE_CHECKING:
    from autotrain_core.evaluation import Notice, Outcome
    from autotrain_core.interop import Failure
    from autotrain_core.models import Curriculum

SHOWN = 20


def tell_notices(report: Sequence["Notice"], *, remedy: str) -> None:
    """Print the report for a reader: counts, the first few of each sort, and where the rest is."""
    for left_out, title in ((True, "not decided"), (False, "decided, with a remark")):
        notices = [notice for notice in report if notice.left_out is left_out]
        if not notices:
            continue
        count = len({notice.subject_id for notice in notices})
        kinds = Counter(notice.kind for notice in notices)
        counted = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
        say(f"{_sessions(len(notices))} of {count_mice(count)} {title}: {counted}")
        for notice in notices[:SHOWN]:
            say(f"  {str(notice).replace(chr(10), ' ')}")  # one line each, whatever a mouse is called
        if len(notices) > SHOWN:
            say(f"  … and {len(notices) - SHOWN:,} more; {remedy}.")


def write_report(outcome: "Outcome", path: Path) -> None:
    """Write every notice, as json or csv by the ending."""
    from autotrain_core import interop, services  # noqa: PLC0415 - they take longer to import than --help may take

    if path.suffix.lower() == ".json":
        text = json.dumps(plain(outcome.report), indent=2, ensure_ascii=False)
        interop.write_text(text + "\n", path)
    else:
        interop.write_table(services.report_table(outcome), path)


def warn_of_curricula(curricula: Iterable["Curriculum"]) -> None:
    """Warn of documents with errors; they decide all the same, and mice at a broken stage stay."""
    for curriculum in curricula:
        if not curriculum.errors:
            continue
        broken = [stage.name for stage in curriculum.stages if stage.broken]
        stays = f"; mice at {', '.join(broken)} stay" if broken else ""
        say(
            f"Warning: {curriculum.key} has {_errors(len(curriculum.errors))}{stays}. "
            f"See: autotrain curriculum check '{curriculum.key}'"
        )


def warn_of_failures(failures: Sequence["Failure"]) -> None:
    """Warn of files that are named like curricula and are none."""
    for failure in failures[:SHOWN]:
        say(f"Warning: {failure}")
    if len(failures) > SHOWN:
        say(f"Warning: … and {len(failures) - SHOWN:,} more files that are no curricula.")


def _sessions(count: int) -> str:
    return f"{count:,} session{'' if count == 1 else 's'}"


def count_mice(count: int) -> str:
    """Count mice in words: "1 mouse", "12 mice"."""
    return "1 mouse" if count == 1 else f"{count:,} mice"


def _errors(count: int) -> str:
    return f"{count:,} error{'' if count == 1 else 's'}"
