"""A lab in which every text that somebody could have typed is an attack; whatever runs it sets a variable of the page."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from autotrain_core import services
from autotrain_core.models import Member, Members, Role
from autotrain_core.store import ABSENT, Store, open_store

MARK = "autotrainAttacked"
"""The variable of a page that is set by whatever is run of these texts."""

OUTSIDE = "attacker.example"
"""Nobody may ask this host for anything."""

ADMIN = "you@example.org"
TABLE = "foraging_nwb_bonsai_processed/df_sessions.csv"
FOLDER = "foraging_auto_training/saved_curriculums/"

_RUN = f"window.{MARK}=1"
PAYLOADS = (
    f"<script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>",
    f'"><svg onload="{_RUN}">',
    f'\'><a href="javascript:{_RUN}">go</a>',
    f"[go](javascript:{_RUN})",
    f"![seen](https://{OUTSIDE}/seen.png)",
    f"<style>@import 'https://{OUTSIDE}/a.css';body{{display:none}}</style>",
    f"<iframe srcdoc='<script>top.{MARK}=1</script>'></iframe>",
    "</table></div><h1>Everybody is fired</h1>",
    "**bold** `code` ~~gone~~ :red[red] $x^2$ :material/home: :tada: <br>",
    "# heading\n- item\n\n| a | b |\n|---|---|",
    "\u202eesrever\u2066 \u200f\u0007\u001b[31m",
    '=HYPERLINK("https://attacker.example","prize")',
    "${7*7} {{7*7}} %s %(x)s {0} {subject_id}",
)
ALL = " ".join(PAYLOADS)
"""All of them, in one text."""

IDS = (
    f"<img src=x onerror={_RUN}>",
    f"a'\"><svg onload={_RUN}>",
    f"[go](javascript:{_RUN})",
    "__proto__",
    "../../etc?a=b&c#d%2F",
    "=1+1",
    "\u202e321",
    "m" * 300,
)
CURRICULUM = f"Toy ![seen](https) [go](javascript;{_RUN}) $x$ _it_ &lt;img src=x onerror={_RUN}&gt;"
STAGES = (
    f"A <img src=x onerror={_RUN}>",
    f'B"]; evil [URL="javascript:{_RUN}" label="',
    f"C <TABLE><TR><TD>{ALL[:60]}",
)


def make(folder: Path, *, at: datetime) -> Store:
    """
    Make the lab and run it once: nine mice on a curriculum of schema 2.0, members, a broken document.

    Args:
        folder: Where.
        at: When it is run; the mice train until that day.
    """
    store = open_store(str(folder))
    for key, body in _files(at.date()):
        store.home.put(key, body, replaces=ABSENT)
    members = Members(members=tuple(_members()), contact=ALL[:400].replace("\n", " ").translate(_UNSEEN))
    services.save_members(store, members, replaces=ABSENT, actor=services.operator("tester"), at=at)
    services.run_once(store, services.Settings(), at=at, by=ALL, code=f"0 {PAYLOADS[1]}")
    return store


_UNSEEN = dict.fromkeys(map(ord, "\u202e\u2066\u200f\u0007\u001b"), "?")


def _files(day: date) -> Iterator[tuple[str, bytes]]:
    yield TABLE, pd.DataFrame(_sessions(day)).to_csv(index=False).encode()
    written = document()
    yield f"{FOLDER}{written['curriculum_name']}_curriculum_v1_schema_v2.0.json", json.dumps(written).encode()
    yield f"{FOLDER}<img src=x onerror={_RUN}>_curriculum_v1_schema_v1.0.json", f'{{"{PAYLOADS[0]}": '.encode()
    yield (
        "foraging_nwb_bonsai_processed/mouse_pi_mapping.json",
        json.dumps([{"subject_id": subject, "PI": ALL} for subject in IDS]).encode(),
    )


def _members() -> Iterator[Member]:
    yield Member(email=ADMIN, name=f"You {PAYLOADS[1]}", roles=tuple(Role), trainer=ALL.translate(_UNSEEN)[:100])
    for number, payload in enumerate(PAYLOADS[:10]):
        name = payload.replace("\n", " ").translate(_UNSEEN)[:120].strip()
        yield Member(email=f"m{number}@example.org", name=name, roles=(Role.TRAINER,), person=name)


def document(*, stages: tuple[str, ...] = STAGES, text: str = ALL) -> dict[str, Any]:
    """A curriculum of schema 2.0 whose every text is hostile."""
    first, second, third = stages
    settings = {"task": "Dummy task", "dummy_para_bool": False, "dummy_para_float": 0.1}
    rules = {
        first: [("progress", second, "metrics.trials[-1] >= 100")],
        second: [("progress", third, "metrics.trials[-1] >= 200"), ("rollback", first, "metrics.trials[-1] < 50")],
        third: [("progress", "Graduated", "metrics.trials[-1] >= 10000")],
    }
    return {
        "curriculum_schema_name": "DummyTaskCurriculum",
        "curriculum_schema_version": "2.0",
        "curriculum_name": CURRICULUM,
        "curriculum_version": "1",
        "curriculum_description": text,
        "changelog": text,
        "status": text,
        "metrics": [
            {"name": "trials", "title": f"trials {text}", "unit": f"n {PAYLOADS[1]}", "description": text},
            {"name": "constructor", "title": PAYLOADS[2], "unit": PAYLOADS[4]},
        ],
        "parameters": {stage: {**settings, "description": text} for stage in stages},
        "curriculum": {
            stage: {
                "from_stage": stage,
                "transition_rules": [
                    {
                        "decision": decision,
                        "to_stage": to_stage,
                        "condition": f"lambda metrics: {body}",
                        "condition_description": text,
                    }
                    for decision, to_stage, body in listed
                ],
            }
            for stage, listed in rules.items()
        },
    }


def _sessions(day: date) -> Iterator[dict[str, Any]]:
    for place, subject in enumerate(IDS):
        for number in range(1, 6):
            stage = STAGES[min(number // 2, 2)] if (place + number) % 4 else ALL
            yield {
                "subject_id": subject,
                "session": number,
                "session_date": (day - timedelta(days=6 - number)).isoformat(),
                "nwb_suffix": PAYLOADS[1] if number == 2 else "",
                "curriculum_name": CURRICULUM if number != 4 else ALL,
                "curriculum_version": "1" if number != 4 else PAYLOADS[0],
                "current_stage_actual": stage,
                "task": ALL,
                "trials": 40 * number * (place % 4),
                "constructor": number,
                "finished_trials": 40 * number,
                "foraging_eff": 0.1 * number,
                "subject_alias": f"alias {PAYLOADS[place]}",
                "trainer": ALL if place % 2 else PAYLOADS[1],
                "PI": ALL,
                "project": f"project {ALL}",
                "rig": f"rig {PAYLOADS[place]}",
                "notes": f"note {ALL}",
                "weight_after": 20.5,
            }


NOW = datetime.now(UTC)
