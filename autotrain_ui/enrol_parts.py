"""What the page Enrol and move shows of enrolling: the list, what would happen to each mouse, those that wait."""

import csv
import io
import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError, DocumentError
from autotrain_core.models import Enrolment, Right, roles_with
from autotrain_core.services import EnrolmentPlan, EnrolmentWish, Fate, PeopleNow, Seen
from autotrain_ui import address, files, frame, library_acts, people_acts, words
from autotrain_ui.address import EnrolView, MouseView
from autotrain_ui.frame import Here
from autotrain_ui.links import link

_LIST, _UNDO = "enrol:list", "enrol:undo"
_LARGEST = 1024**2
_OFFERED = 5
_COLUMNS = ("subject_id", "curriculum", "version", "stage", "note")

Undo = Callable[[Here, datetime], Collection[str] | None]
"""Takes something back and gives the mice of which the rigs are to be told."""


# ---- what was done last, and how to undo it ----


def done(sentence: str, back: Undo) -> None:
    """Say what was done, with a button that takes it back; from a callback."""
    st.session_state[_UNDO] = (sentence, back)


def told(here: Here) -> None:
    """Offer to take back what was done last on this page."""
    last: tuple[str, Undo] | None = st.session_state.get(_UNDO)
    if last is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="enrol-told"):
        st.text(words.seen(last[0]))
        st.space("stretch")
        st.button("Undo", icon=":material/undo:", key="enrol-undo", on_click=partial(_take_back, here, last[1]))
        st.button("Done", key="enrol-done", on_click=partial(st.session_state.pop, _UNDO, None))


def _take_back(here: Here, back: Undo) -> None:
    mice = people_acts.attempt(here, partial(back, here, datetime.now(UTC)))
    if mice is not None:
        st.session_state.pop(_UNDO, None)
        frame.notice("It is taken back.", icon=":material/undo:")
        people_acts.to_tell(mice)


def standing(here: Here) -> PeopleNow:
    """Say how far everything is that people decided."""
    return services.people_now(here.lab, here.lab.people, on=here.settings.run.day(here.now.astimezone(UTC)))


def refused(here: Here, right: Right) -> bool:
    """Say why somebody may not, where that is so."""
    if here.may(right):
        return False
    contact = f" Ask {here.actor.contact}." if here.actor.contact else ""
    st.info(
        words.as_text(f"To {right.words} takes the role {' or '.join(roles_with(right))}.{contact}"),
        icon=":material/lock:",
    )
    return True


def offered(here: Here) -> list[str]:
    """List the curricula that a mouse may begin, by key."""
    gone = library_acts.retired(here)
    return sorted({each.key for each in here.lab.shelf.library} - set(gone))


# ---- the list ----


def desk(here: Here, view: EnrolView) -> None:
    """Draw where mice are named, what would happen to each, and the button that enrols them."""
    if refused(here, Right.ENROL):
        return
    left, right = st.columns([3, 2])
    with left:
        st.text_area(
            "Mice",
            key=_key(),
            height=160,
            placeholder="700123\n700124",
            help="Ids, one a line or with blanks or commas in between; or csv that begins with a line of column names: "
            "subject_id, and if wanted curriculum, version, stage, note.",
        )
        files.pick_files(
            "Take a list from a file", key="enrol-file", on_files=_taken, accept=".csv,.txt,.tsv", most_bytes=_LARGEST
        )
    with right:
        _target(here, view)
    text = str(st.session_state.get(_key()) or "")
    if not text.strip():
        st.text("Name the mice, and choose what they begin: then it says here what would happen to each.")
        return
    name, _, version = view.curriculum.rpartition("@")
    try:
        wishes = services.read_enrolments(text, curriculum=name, version=version, stage=view.stage)
        plan = services.plan_enrolments(
            here.store, here.settings, here.lab, wishes, actor=here.actor, at=here.now.astimezone(UTC)
        )
    except DocumentError as error:
        st.error("**The list cannot be used.** Nobody was enrolled.", icon=":material/block:")
        st.text(words.seen(error))
        return
    _draw(here, plan)


def _key() -> str:
    """Give the key of the list, which is another one whenever the server changes what stands in it."""
    return f"enrol-list-{st.session_state.get(_LIST, 0)}"


def _write(text: str) -> None:
    st.session_state[_LIST] = int(st.session_state.get(_LIST, 0)) + 1
    st.session_state[_key()] = text


def _taken(found: files.Files) -> None:
    if len(found) > 1:
        frame.notice("One list at a time.", icon=":material/block:")
        return
    (name, body), *_ = found
    try:
        _write(services.list_as_text(body, source=name))
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")


def _target(here: Here, view: EnrolView) -> None:
    st.selectbox(
        "They begin",
        address.options("enrol", "curriculum", ["", *offered(here)]),
        key=address.key("enrol", "curriculum"),
        format_func=lambda key: words.curriculum(key) if key else "Choose …",
        help="For mice of which the list names nothing else. Retired versions are not offered.",
    )
    known = {each.key: each for each in here.lab.shelf.library}.get(view.curriculum)
    stages = [] if known is None else [stage.label for stage in known.stages]
    st.selectbox(
        "At",
        address.options("enrol", "stage", ["", *stages]),
        key=address.key("enrol", "stage"),
        format_func=lambda label: words.stage(label) if label else "The first stage",
    )


# ---- what would happen ----


def plan_table(plan: EnrolmentPlan) -> pd.DataFrame:
    """
    Give what would happen as a table.

    Args:
        plan: What an enrolment would do.

    Returns:
        A row a mouse, all text: `ready` (a sign), `mouse`, `what`, `curriculum`, `stage`, `warning`, `note`.
    """
    return pd.DataFrame(
        {
            "ready": ["✓" if row.ready else "✗" for row in plan.rows],
            "mouse": [row.wish.subject_id for row in plan.rows],
            "what": [row.sentence for row in plan.rows],
            "curriculum": [words.curriculum(row.curriculum) if row.curriculum else "" for row in plan.rows],
            "stage": [words.stage(row.stage) if row.stage else "" for row in plan.rows],
            "warning": [row.warning for row in plan.rows],
            "note": [row.wish.note for row in plan.rows],
        },
        dtype="str",
    )


def _draw(here: Here, plan: EnrolmentPlan) -> None:
    ready = [row for row in plan.rows if row.ready]
    wrong = [row for row in plan.rows if not row.ready]
    stands = f", {words.mice(len(wrong))} cannot be enrolled" if wrong else ""
    st.text(f"Nothing is written yet: {words.mice(len(ready))} would be enrolled{stands}.")
    column = st.column_config
    st.dataframe(
        plan_table(plan),
        hide_index=True,
        height=min(36 * (len(plan.rows) + 1) + 2, 420),
        alt="What would happen to each mouse",
        column_config={
            "ready": column.TextColumn("Can", width="small"),
            "mouse": column.TextColumn("Mouse", pinned=True),
            "what": column.TextColumn("What happens", width="large"),
            "curriculum": "Curriculum",
            "stage": "Begins at",
            "warning": column.TextColumn("To know", width="medium"),
            "note": "Note",
        },
    )
    remarks([(row.wish.subject_id, row.sentence) for row in wrong])
    remarks([(row.wish.subject_id, row.warning) for row in ready], sign="⚠")
    for (key, stage), settings in plan.settings.items():
        with st.expander(words.as_text(f"Settings of {words.stage(stage)} of {words.curriculum(key)}")):
            st.dataframe(
                pd.DataFrame({"Setting": list(settings), "Value": [str(value) for value in settings.values()]}),
                hide_index=True,
                alt=f"What the rig is told at {words.stage(stage)}",
            )
    overrides = [row.wish.subject_id for row in wrong if row.fate in (Fate.FOLLOWS, Fate.OFF)]
    if overrides:
        more = f" and {words.mice(len(overrides) - _OFFERED)} more" if len(overrides) > _OFFERED else ""
        listed = ", ".join(link(mouse, "mouse", MouseView(subject=mouse)) for mouse in overrides[:_OFFERED])
        st.html(f"<p>To change what a mouse follows is an override: propose it on its page. {listed}{more}</p>")
    wishes = tuple(row.wish for row in plan.rows)
    with st.container(horizontal=True):
        st.button(
            f"Enrol {words.mice(len(ready))}",
            type="primary",
            key="enrol-enrol",
            disabled=not plan.ready,
            help=None if plan.ready else "All or none: take those out that cannot be enrolled.",
            on_click=partial(_enrol, here, wishes, plan.seen, secrets.token_hex(6)),
        )
        if wrong and ready:
            st.button(
                f"Leave out {words.mice(len(wrong))}",
                key="enrol-leave-out",
                on_click=partial(_write, _as_csv([row.wish for row in ready])),
            )


def remarks(told: Sequence[tuple[str, str]], *, sign: str = "✗") -> None:
    """Say what stands against mice, or is to be known, as lines that also a phone shows whole: the same thing once."""
    grouped: dict[str, list[str]] = {}
    for mouse, sentence in told:
        if sentence:
            grouped.setdefault(sentence, []).append(mouse)
    for sentence, mice in list(grouped.items())[:_OFFERED]:
        more = f" and {len(mice) - _OFFERED:,} more" if len(mice) > _OFFERED else ""
        st.text(words.seen(f"{sign} {', '.join(mice[:_OFFERED])}{more}: {sentence}"))
    if len(grouped) > _OFFERED:
        st.text(f"And {len(grouped) - _OFFERED:,} more: see the table.")


def _as_csv(wishes: Sequence[EnrolmentWish]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows([getattr(wish, name) for name in _COLUMNS] for wish in wishes)
    return text.getvalue()


def _enrol(here: Here, wishes: tuple[EnrolmentWish, ...], seen: str, identity: str) -> None:
    act = partial(
        services.enrol,
        here.store,
        here.settings,
        wishes,
        seen=seen,
        actor=here.actor,
        at=datetime.now(UTC),
        identity=identity,
        view=here.lab,
    )
    made = people_acts.attempt(here, act)
    if made is None:
        return
    places = {f"{words.curriculum(f'{one.curriculum}@{one.version}')} at {words.stage(one.stage)}" for one in made}
    where = places.pop() if len(places) == 1 else "several curricula or stages"
    done(f"{words.mice(len(made))} enrolled: {where}.", partial(_end, _seen(made)))
    _write("")
    people_acts.to_tell(one.subject_id for one in made)


def _seen(enrolments: Sequence[Enrolment]) -> tuple[Seen, ...]:
    return tuple(Seen(one.id, services.seen_of(one)) for one in enrolments)


def _end(seen: tuple[Seen, ...], here: Here, at: datetime) -> list[str]:
    gone = services.end_enrolment(here.store, here.settings, seen, actor=here.actor, at=at, view=here.lab)
    return [one.subject_id for one in gone]


# ---- those that wait ----


def waiting(here: Here) -> None:
    """List the enrolled mice of which no session has come, with a button that takes enrolments back."""
    found = services.waiting_enrolments(here.lab, standing(here))
    if not found:
        st.text("There are none.")
        return
    column = st.column_config
    event = st.dataframe(
        pd.DataFrame(
            {
                "mouse": [one.subject_id for one in found],
                "curriculum": [words.curriculum(f"{one.curriculum}@{one.version}") for one in found],
                "stage": [words.stage(one.stage) for one in found],
                "since": [one.day for one in found],
                "by": [one.by for one in found],
                "note": [one.note for one in found],
            }
        ),
        # A table of its own for each list: rows are chosen by their place, and must not slide to other mice.
        key=f"enrol-waiting-{here.lab.people.version}-{here.lab.version}",
        hide_index=True,
        height=min(36 * (len(found) + 1) + 2, 320),
        alt="Enrolled mice that wait for their first session",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "mouse": column.TextColumn("Mouse", pinned=True),
            "curriculum": "Curriculum",
            "stage": "Begins at",
            "since": column.DateColumn("Enrolled", format="ddd D MMM YYYY"),
            "by": "By",
            "note": "Note",
        },
    )
    if not here.may(Right.ENROL):
        return
    chosen = [found[row] for row in event["selection"]["rows"] if row < len(found)]
    if not chosen:
        st.text("Choose mice in the table to take their enrolment back.")
        return
    st.button(
        f"Take back the enrolment of {words.mice(len(chosen))}",
        key="enrol-end",
        icon=":material/undo:",
        on_click=partial(_end_chosen, here, _seen(chosen)),
    )


def _end_chosen(here: Here, seen: tuple[Seen, ...]) -> None:
    mice = people_acts.attempt(here, partial(_end, seen, here, datetime.now(UTC)))
    if mice is not None:
        frame.notice(f"Taken back: {words.mice(len(mice))}.", icon=":material/undo:")
        people_acts.to_tell(mice)
