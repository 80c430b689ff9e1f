"""What the page Enrol and move shows of moving mice: which, where to, what changes for each, and moves to take back."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.models import Curriculum, ParameterChange, Right
from autotrain_core.services import Moved, MovePlan, MoveWish, PeopleNow
from autotrain_ui import address, enrol_parts, frame, people_acts, words
from autotrain_ui.address import EnrolView
from autotrain_ui.frame import Here

_LEFT_OUT, _NUMBER = "move:left-out", "move:number"
_MOST_MOVES = 10
_LONGEST = 500


def desk(here: Here, view: EnrolView) -> None:
    """Draw which mice go where, what would change for each, and the button that moves them."""
    if enrol_parts.refused(here, Right.MOVE):
        return
    now = enrol_parts.standing(here)
    sources = _sources(here, now)
    _fields(here, sources)
    if not (view.source and view.to):
        st.text("Choose what the mice follow now, and where they go: then it says here what would change.")
        return
    mice = services.mice_following(here.lab, now, view.source)
    if not mice:
        st.text(f"No mouse follows {words.curriculum(view.source)}.")
        return
    target = _curriculum(here, view.to)
    chosen = _choose(here, view, mice)
    stages = _stages(here, view, target) if target is not None else {}
    if not chosen:
        st.text("Choose the mice that go.")
        return
    name, _, version = view.to.rpartition("@")
    wish = MoveWish(mice=chosen, curriculum=name, version=version, stages=stages)
    try:
        plan = services.plan_move(
            here.store, here.settings, here.lab, wish, actor=here.actor, at=here.now.astimezone(UTC)
        )
    except AutotrainError as error:
        frame.show(error)
        return
    _draw(here, view, wish, plan)


def _sources(here: Here, now: PeopleNow) -> list[str]:
    """List what mice follow, or are to follow next, by key."""
    found = {str(key) for key in here.lab.mice["curriculum"].dropna().unique()}
    found |= {f"{one.curriculum}@{one.version}" for one in now.upcoming.values() if one.curriculum}
    return [key for key in sorted(found) if services.mice_following(here.lab, now, key)]


def _fields(here: Here, sources: Sequence[str]) -> None:
    left, right = st.columns(2)
    left.selectbox(
        "Mice that follow",
        address.options("enrol", "source", ["", *sources]),
        key=address.key("enrol", "source"),
        format_func=lambda key: words.curriculum(key) if key else "Choose …",
    )
    right.selectbox(
        "go to",
        address.options("enrol", "to", ["", *enrol_parts.offered(here)]),
        key=address.key("enrol", "to"),
        format_func=lambda key: words.curriculum(key) if key else "Choose …",
        help="Retired versions are not offered.",
    )


def _curriculum(here: Here, key: str) -> Curriculum | None:
    return next((each for each in here.lab.shelf.library if each.key == key), None)


# ---- which mice ----


def _choose(here: Here, view: EnrolView, mice: tuple[str, ...]) -> tuple[str, ...]:
    """Draw the mice, all of them chosen at first, and give those that are."""
    left_out = st.session_state.get(_LEFT_OUT, frozenset())
    known = here.lab.mice.reindex(list(mice))
    column = st.column_config
    with st.expander(f"Which of the {words.mice(len(mice))}", expanded=len(mice) <= 12, key="move-which"):
        event = st.dataframe(
            pd.DataFrame(
                {
                    "mouse": list(mice),
                    "stage": [words.stage(stage) for stage in known["stage"]],
                    "following": [words.stage(stage) for stage in known["following"]],
                    "sessions": known["sessions"].fillna(0).astype("int64").array,
                    "last": known["last_date"].array,
                    "PI": known["PI"].fillna("").array,
                    "trainer": known["trainer"].fillna("").array,
                }
            ),
            # Of its own for each list: rows are chosen by their place, and must not slide to other mice.
            key=f"move-mice-{view.source}-{here.lab.version}-{len(mice)}-{st.session_state.get(_NUMBER, 0)}",
            hide_index=True,
            height=min(36 * (len(mice) + 1) + 2, 320),
            alt="Mice that follow it; those that are chosen go",
            on_select="rerun",
            selection_mode="multi-row",
            selection_default={
                "selection": {"rows": [place for place, mouse in enumerate(mice) if mouse not in left_out]}
            },
            column_config={
                "mouse": column.TextColumn("Mouse", pinned=True),
                "stage": "Ran last",
                "following": "Next by the rules",
                "sessions": column.NumberColumn("Sessions", format="localized"),
                "last": column.DateColumn("Last session", format="ddd D MMM YYYY"),
                "PI": "PI",
                "trainer": "Trainer",
            },
        )
    return tuple(mice[row] for row in event["selection"]["rows"] if row < len(mice))


def _leave_out(mice: frozenset[str]) -> None:
    st.session_state[_LEFT_OUT] = st.session_state.get(_LEFT_OUT, frozenset()) | mice
    st.session_state[_NUMBER] = int(st.session_state.get(_NUMBER, 0)) + 1


# ---- the stage map ----


def _stages(here: Here, view: EnrolView, target: Curriculum) -> dict[str, str]:
    """Draw the table that says where mice of each stage go on, and give it."""
    source = _curriculum(here, view.source)
    if source is None:
        st.warning(
            words.as_text(
                f"This lab has no document of {words.curriculum(view.source)} any more: nobody can say which stages it "
                "had, so that its mice cannot be moved together. Propose an override for each."
            ),
            icon=":material/warning:",
        )
        return {}
    suggested = services.suggest_stage_map(source, target)
    before = list(suggested)
    column = st.column_config
    edited = st.data_editor(
        pd.DataFrame({"stage": [words.stage(stage) for stage in before], "then": list(suggested.values())}),
        key=f"move-stages-{view.source}-{view.to}",
        hide_index=True,
        num_rows="fixed",
        disabled=["stage"],
        alt="Where mice of each stage go on",
        width="content",
        column_config={
            "stage": column.TextColumn("Would run next", width=165),
            "then": column.SelectboxColumn(
                "Runs there",
                options=["", *(stage.label for stage in target.stages)],
                format_func=lambda label: words.stage(label) if label else "Choose …",
                width=165,
                help="Suggested from the names of stages; double-click a cell to change it.",
            ),
        },
    )
    return {stage: str(then or "") for stage, then in zip(before, edited["then"], strict=True)}


# ---- what would change ----


def plan_table(plan: MovePlan) -> pd.DataFrame:
    """
    Give what would change as a table.

    Args:
        plan: What a move would do.

    Returns:
        A row a mouse: `ready` (a sign), `mouse`, `PI`, `ran`, `following`, `then`, `what` (str: what stands against it,
        or what to know) and `changes` (int64, settings that differ).
    """
    return pd.DataFrame(
        {
            "ready": ["✗" if row.problem else "✓" for row in plan.rows],
            "mouse": [row.subject_id for row in plan.rows],
            "PI": [row.owners for row in plan.rows],
            "ran": [words.stage(row.ran) if row.ran else words.MISSING for row in plan.rows],
            "following": [words.stage(row.following) if row.following else words.MISSING for row in plan.rows],
            "then": [words.stage(row.stage) if row.stage else words.MISSING for row in plan.rows],
            "changes": [len(row.changes) for row in plan.rows],
            "what": [_capital(row.problem) if row.problem else row.remark for row in plan.rows],
        }
    )


def changes_table(plan: MovePlan) -> pd.DataFrame:
    """
    Give the settings that would change, once for all mice that go from the same stage to the same one.

    Args:
        plan: What a move would do.

    Returns:
        A row a setting, all text but `mice` (int64): `goes` ("Stage 2 → Stage 3"), `mice`, `setting` as the rig calls
        it, `title`, `before`, `after`.
    """
    groups: dict[tuple[str, str, str], list[tuple[ParameterChange, ...]]] = {}
    for row in plan.rows:
        if not row.problem:
            groups.setdefault((row.before, row.following, row.stage), []).append(row.changes)
    rows = [
        (
            f"{words.stage(following)} → {words.stage(stage)}",
            len(each),
            change.name,
            change.title if change.title != change.name else "",
            _value(change.before, change.unit),
            _value(change.after, change.unit),
        )
        for (_, following, stage), each in groups.items()
        for change in each[0]
    ]
    return pd.DataFrame(rows, columns=["goes", "mice", "setting", "title", "before", "after"])


def _value(value: str | bool | None, unit: str) -> str:
    return words.MISSING if value is None else f"{value} {unit}".strip()


def _capital(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _draw(here: Here, view: EnrolView, wish: MoveWish, plan: MovePlan) -> None:
    problems = plan.problems
    stands = f", {words.mice(len(problems))} cannot go" if problems else ""
    st.text(f"Nothing is written yet: {words.mice(len(plan.rows) - len(problems))} would go{stands}.")
    column = st.column_config
    st.dataframe(
        plan_table(plan),
        hide_index=True,
        height=min(36 * (len(plan.rows) + 1) + 2, 420),
        alt="What would change for each mouse",
        column_config={
            "ready": column.TextColumn("Can", width="small"),
            "mouse": column.TextColumn("Mouse", pinned=True),
            "PI": "PI",
            "ran": "Ran last",
            "following": column.TextColumn("Next", help="By the rules, or by the will of people, if it stays."),
            "then": "Runs then",
            "changes": column.NumberColumn("Settings", help="How many settings of the rig differ."),
            "what": column.TextColumn("To know", width="large"),
        },
    )
    enrol_parts.remarks([(row.subject_id, _capital(row.problem) if row.problem else "") for row in plan.rows])
    changes = changes_table(plan)
    with st.expander("What changes on the rig", key="move-changes"):
        st.dataframe(
            changes,
            hide_index=True,
            alt="Settings that change on the rig",
            column_config={
                "goes": "From and to",
                "mice": column.NumberColumn("Mice", format="localized"),
                "setting": "Setting",
                "title": "What it is",
                "before": "Now",
                "after": "Then",
            },
        )
    reason = f"move-reason-{st.session_state.get(_NUMBER, 0)}"
    st.text_input("Why", key=reason, max_chars=_LONGEST, placeholder="2.4 corrects the delays", help="Needed.")
    with st.container(horizontal=True):
        st.button(
            words.as_text(f"Move {words.mice(len(plan.rows))} to {words.curriculum(view.to)}"),
            type="primary",
            key="move-move",
            disabled=not plan.ready,
            help=None
            if plan.ready
            else "All or none: leave out those that cannot go; propose an override for each of them.",
            on_click=partial(_move, here, wish, plan.seen, secrets.token_hex(6), reason),
        )
        if problems and len(problems) < len(plan.rows):
            st.button(
                f"Leave out {words.mice(len(problems))}",
                key="move-leave-out",
                on_click=partial(_leave_out, frozenset(row.subject_id for row in problems)),
            )


def _move(here: Here, wish: MoveWish, seen: str, identity: str, reason: str) -> None:
    said = str(st.session_state.get(reason) or "").strip()
    wanted = MoveWish(mice=wish.mice, curriculum=wish.curriculum, version=wish.version, stages=wish.stages, reason=said)
    act = partial(
        services.move,
        here.store,
        here.settings,
        wanted,
        seen=seen,
        actor=here.actor,
        at=datetime.now(UTC),
        identity=identity,
        view=here.lab,
    )
    moved = people_acts.attempt(here, act)
    if moved is None:
        return
    where = words.curriculum(f"{moved.curriculum}@{moved.version}")
    enrol_parts.done(f"{words.mice(len(moved.mice))} moved to {where}.", partial(_undo, moved))
    st.session_state.pop(_LEFT_OUT, None)
    st.session_state[_NUMBER] = int(st.session_state.get(_NUMBER, 0)) + 1
    people_acts.to_tell(moved.mice)


# ---- moves, and how to take them back ----


def moves(here: Here) -> None:
    """List the newest moves, each with a button that takes it back."""
    found = services.moves(here.lab, enrol_parts.standing(here))
    if not found:
        st.text("There are none yet.")
    for one in found[:_MOST_MOVES]:
        with st.container(border=True, key=f"move-of-{one.batch}"):
            _one(here, one)


def sentence(one: Moved, *, now: datetime) -> str:
    """Say of a move who did it, and how far it is."""
    where = words.curriculum(f"{one.curriculum}@{one.version}")
    why = f": {one.reason}" if one.reason else ""
    gone = len(one.mice) - len(one.open) - len(one.ran)
    parts = [
        f"{words.mice(len(one.open))} have not run by it" if one.open else "",
        f"{words.mice(len(one.ran))} have run by it" if one.ran else "",
        f"{words.mice(gone)} taken back, or overtaken" if gone else "",
    ]
    far = "; ".join(filter(None, parts))
    return words.seen(f"{words.mice(len(one.mice))} to {where}, by {one.by} {words.ago(one.at, now)}{why} ({far})")


def _one(here: Here, one: Moved) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(sentence(one, now=here.now))
        st.space("stretch")
        if not (one.open and here.may(Right.MOVE)):
            return
        part = bool(one.ran)
        st.button(
            f"Take back the {'other ' if part else ''}{words.mice(len(one.open))}",
            key=f"move-undo-{one.batch}",
            icon=":material/undo:",
            help="Those that have run by it stay where they are." if part else None,
            on_click=partial(_undo_one, here, one),
        )


def _undo(moved: Moved, here: Here, at: datetime) -> tuple[str, ...]:
    """Take a move back, and the other mice of one that some have followed; gives those that were taken back."""
    services.undo_move(
        here.store, here.settings, moved.batch, actor=here.actor, at=at, view=here.lab, partly=bool(moved.ran)
    )
    return moved.open


def _undo_one(here: Here, one: Moved) -> None:
    mice = people_acts.attempt(here, partial(_undo, one, here, datetime.now(UTC)))
    if mice is not None:
        frame.notice(f"Taken back: {words.mice(len(mice))}.", icon=":material/undo:")
        people_acts.to_tell(mice)
