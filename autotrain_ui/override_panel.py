"""The panel of overrides on the page of a mouse: what holds now, what can be done with it, and the form for another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Any, Final

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.evaluation import Standing
from autotrain_core.models import (
    IN_FORCE,
    REASONS,
    Kind,
    OverridePolicy,
    Right,
    Standpoint,
    State,
    Step,
    roles_with,
)
from autotrain_core.services import OverridePreview, PeopleNow, Seen, Wish
from autotrain_ui import frame, inbox, override_words, people_acts, words
from autotrain_ui.chips import Colours
from autotrain_ui.frame import Here

_SPANS: Final = {"next": "The next session", "sessions": "Several sessions", "until": "Until a day", "open": "No end"}
_FEW = 2
_MOST_SESSIONS = 1_000
_LONGEST_TEXT, _LONGEST_NOTE = 300, 2_000
_HEARD = 3
"""Sessions for which it is told loudly that an override came to nothing."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that is open: the number that stands in the keys of its widgets, the id of what it proposes, its start."""

    number: int
    identity: str
    start: Wish

    def key(self, field: str) -> str:
        return f"override-{field}-{self.number}"

    def value(self, field: str) -> Any:
        return st.session_state.get(self.key(field))


def draw(here: Here, subject: str, *, colours: Colours) -> None:
    """
    Draw the panel.

    Args:
        here: The page, with what people have said until this moment; see `people_acts.fresh`.
        subject: The mouse.
        colours: See `chips.colours_of`.
    """
    override_words.style()
    now = services.people_now(here.lab, here.lab.people, on=here.settings.run.day(here.now))
    called = inbox.called(here.store.url, here.store)
    shown = _shown(here, now, subject)
    for standing in shown:
        st.html(override_words.standing_html(standing, called=called, now=here.now))
        _acts(here, standing, inbox.rules(here.store.url, here.store))
    if not any(not one.state.over for one in shown) and subject not in now.upcoming:
        st.caption("No override: it runs what the rules suggest.")
    if any(not one.override.state.over for one in shown):
        people_acts.watch(here)
    if not here.may(Right.PROPOSE):
        roles = " or ".join(roles_with(Right.PROPOSE))
        st.caption(f"To override what the rules suggest takes the role {roles}; you are {', '.join(here.actor.roles)}.")
        return
    form: _Form | None = st.session_state.get(_place(subject))
    if any(one.state is State.PROPOSED for one in shown):
        st.caption("It has to be answered, or taken back, before there can be another one.")
    elif form is None:
        st.button(
            "Override …",
            key=f"override-open-{subject}",
            icon=":material/edit_note:",
            help="Have it run something else than the rules suggest. You see what changes before anything is sent.",
            on_click=partial(_open, subject),
        )
    else:
        _draw_form(here, subject, form, now, colours)


def _shown(here: Here, now: PeopleNow, subject: str) -> tuple[Standing, ...]:
    """Choose what is open, and the newest one as long as people should hear of its end."""
    own = now.of(subject)
    found = [one for one in own if not one.state.over]
    newest = own[0] if own else None
    if newest is not None and newest.state in override_words.LOUD and _sessions_since(here, newest) <= _HEARD:
        found.insert(0, newest)
    return tuple(found)


def _sessions_since(here: Here, standing: Standing) -> int:
    """Count the sessions that came after what the override was for."""
    known = (*standing.ran, standing.override.after)
    last = next((one.session for one in known if one is not None), 0)
    return int((here.lab.of(standing.override.subject_id)["session"] > last).sum())


def _acts(here: Here, standing: Standing, policy: OverridePolicy) -> None:
    """Offer what the person may do with an override, bound to it as it is drawn."""
    one = standing.override
    owners = inbox.owners(here.store, here.lab, one.subject_id).get(one.subject_id, ())

    def refusal(what: Step) -> str:
        return services.why_not(policy, here.actor, one, owners, what)

    seen = Seen.of(one)
    mark = f"{seen.id}-{seen.version}"
    if standing.state is State.PROPOSED:
        why = refusal(Step.APPROVE)
        if not why:
            people_acts.answers(here, one, approve=f"Approve: {one.subject_id} {override_words.effect(one)}")
        else:
            st.caption(words.as_text(why))
    with st.container(horizontal=True):
        if standing.state is State.PROPOSED and not refusal(Step.WITHDRAW):
            st.button(
                "Take it back",
                key=f"override-withdraw-{mark}",
                icon=":material/undo:",
                on_click=partial(people_acts.answer, here, Step.WITHDRAW, (seen,)),
            )
        if standing.state is State.APPROVED and here.may(Right.PROPOSE):
            st.button(
                "Tell the rigs now",
                key=f"override-tell-{mark}",
                type="primary",
                icon=":material/cell_tower:",
                on_click=partial(people_acts.to_tell, (one.subject_id,)),
            )
        if standing.state in (State.APPROVED, *IN_FORCE) and not refusal(Step.REVOKE):
            st.button(
                "Revoke",
                key=f"override-revoke-{mark}",
                icon=":material/undo:",
                help="From its next session on it runs what the rules suggest. What ran so far stays on record.",
                on_click=partial(people_acts.answer, here, Step.REVOKE, (seen,)),
            )
        if standing.state in override_words.LOUD and here.may(Right.PROPOSE):
            st.button(
                "Propose again …",
                key=f"override-again-{mark}",
                icon=":material/replay:",
                help="Opens the form, filled as it was.",
                on_click=partial(_open, one.subject_id, override_words.again(one)),
            )


# ---- the form ----


def _place(subject: str) -> str:
    return f"override:form:{subject}"


def _open(subject: str, start: Wish | None = None) -> None:
    number = int(st.session_state.get("override:forms", 0)) + 1
    st.session_state["override:forms"] = number
    begun = start or Wish(subject_id=subject, kind=Kind.STAGE)
    st.session_state[_place(subject)] = _Form(number, token_hex(6), begun)


def _close(subject: str) -> None:
    st.session_state.pop(_place(subject), None)


def _draw_form(here: Here, subject: str, form: _Form, now: PeopleNow, colours: Colours) -> None:
    last = services.last_session(here.lab, subject)
    at_now = services.standpoint(here.lab, subject, now=now)
    with st.container(border=True, key="override-form"):
        left, right = st.columns([2, 3], gap="medium")
        with left:
            wish = _fields(here, subject, form, at_now)
        with right:
            found = None if wish is None else _preview(here, wish, colours)
            if wish is None:
                st.caption("Choose what it is to run: what that changes, and who has to agree, stands here.")
        with st.container(horizontal=True):
            free = found is not None and found.need.free
            lead = "Decide" if free else "Propose"
            what = "" if found is None else f": {subject} {override_words.effect(found.override)}"
            st.button(
                words.as_text(f"{lead}{what}"),
                key=form.key("send"),
                type="primary",
                icon=":material/send:",
                disabled=found is None,
                on_click=partial(_send, here, form, wish, last.words if last else "", at_now),
            )
            st.button("Cancel", key=form.key("cancel"), on_click=partial(_close, subject))


def _fields(here: Here, subject: str, form: _Form, at_now: Standpoint) -> Wish | None:
    """Draw the fields, and give what they say; None as long as it is not said what the mouse is to run."""
    for field, value in _begun(here, form.start).items():
        # Streamlit forgets what was chosen when the page is left; then the form is as it was opened.
        st.session_state.setdefault(form.key(field), value)
    kinds = _kinds(at_now)
    if form.value("kind") not in kinds:
        st.session_state[form.key("kind")] = kinds[0]
    st.segmented_control(
        "What",
        kinds,
        key=form.key("kind"),
        format_func=lambda kind: override_words.KINDS[Kind(kind)],
        required=True,
        wrap=True,
    )
    kind = Kind(form.value("kind"))
    if kind in (Kind.CURRICULUM, Kind.ON):
        _choose("Curriculum and version", form, "curriculum", _curricula(here, at_now, kind), words.curriculum)
    if kind in (Kind.STAGE, Kind.CURRICULUM, Kind.ON):
        stages = _stages(here, form, at_now, kind)
        if stages:
            _choose("Stage", form, "stage", stages, words.stage)
    _span_fields(form, kind)
    st.pills("Why", list(REASONS), key=form.key("reason"), format_func=REASONS.__getitem__, wrap=True)
    st.text_input("In your own words", key=form.key("text"), max_chars=_LONGEST_TEXT)
    st.text_area("Note for whoever answers", key=form.key("note"), max_chars=_LONGEST_NOTE, height=72)
    return _wish(subject, form, at_now)


def _begun(here: Here, start: Wish) -> dict[str, Any]:
    """Give what the fields show at first."""
    span = "next" if start.sessions == 1 else "sessions" if start.sessions else "until" if start.until else "open"
    curriculum = f"{start.curriculum}@{start.version}" if start.curriculum else None
    return {
        "kind": start.kind.value,
        "curriculum": curriculum,
        "stage": start.stage or None,
        _span_field(start.kind): span,
        "sessions": start.sessions if start.sessions and start.sessions > 1 else _FEW,
        "until": start.until or here.settings.run.day(here.now) + timedelta(days=7),
        "reason": start.reason or None,
        "text": start.reason_text,
        "note": start.note,
    }


def _kinds(at_now: Standpoint) -> list[str]:
    able = (Kind.STAGE, Kind.HOLD, Kind.CURRICULUM, Kind.OFF) if at_now.curriculum else (Kind.ON,)
    return [kind.value for kind in able]


def _choose(label: str, form: _Form, field: str, offered: list[str], say: Any) -> None:
    key = form.key(field)
    if st.session_state.get(key) not in offered:
        st.session_state[key] = None
    st.selectbox(label, offered, index=None, key=key, format_func=say, placeholder="Choose …")


def _curricula(here: Here, at_now: Standpoint, kind: Kind) -> list[str]:
    """Offer the versions that are not retired; to change it, another one than its own."""
    gone = services.retired(here.store)
    own = f"{at_now.curriculum}@{at_now.version}"
    keys = dict.fromkeys(each.key for each in here.lab.shelf.library)
    return [key for key in keys if key not in gone and not (kind is Kind.CURRICULUM and key == own)]


def _stages(here: Here, form: _Form, at_now: Standpoint, kind: Kind) -> list[str]:
    if kind is Kind.STAGE:
        return list(at_now.stages)
    wanted = form.value("curriculum")
    found = next((each for each in here.lab.shelf.library if each.key == wanted), None)
    return [] if found is None else [stage.label for stage in found.stages]


def _span_fields(form: _Form, kind: Kind) -> None:
    spans, field = [name for name in _SPANS if name != "open"], _span_field(kind)
    if kind is Kind.OFF:
        spans = ["open", *spans]
    if form.value(field) not in spans:
        st.session_state[form.key(field)] = spans[0]
    st.segmented_control("For", spans, key=form.key(field), format_func=_SPANS.__getitem__, required=True, wrap=True)
    if form.value(field) == "sessions":
        st.number_input("Sessions", min_value=1, max_value=_MOST_SESSIONS, step=1, key=form.key("sessions"))
    elif form.value(field) == "until":
        st.date_input("Last day", key=form.key("until"), format="YYYY-MM-DD")


def _span_field(kind: Kind) -> str:
    """To take a mouse off begins without an end, all else with the next session."""
    return "span-off" if kind is Kind.OFF else "span"


def _wish(subject: str, form: _Form, at_now: Standpoint) -> Wish | None:
    """Read the form; None as long as it is not said what the mouse is to run."""
    kind = Kind(form.value("kind") or Kind.STAGE)
    span = form.value(_span_field(kind))
    name, _, version = str(form.value("curriculum") or "").rpartition("@")
    moves = kind in (Kind.CURRICULUM, Kind.ON)
    stage = str(form.value("stage") or "") if kind not in (Kind.OFF, Kind.HOLD) else ""
    if kind is Kind.HOLD:
        stage = at_now.at or at_now.suggested
    if (kind is not Kind.OFF and not stage) or (moves and not name):
        return None
    until = form.value("until")
    return Wish(
        subject_id=subject,
        kind=kind,
        stage=stage,
        curriculum=name if moves else "",
        version=version if moves else "",
        sessions=1 if span == "next" else int(form.value("sessions") or 1) if span == "sessions" else None,
        until=until if span == "until" and isinstance(until, date) else None,
        reason=form.value("reason") or "",
        reason_text=str(form.value("text") or "").strip(),
        note=str(form.value("note") or "").strip(),
        instead_of=form.start.instead_of,
    )


def _preview(here: Here, wish: Wish, colours: Colours) -> OverridePreview | None:
    """Show what a wish would change, and whose approval it takes; None where it cannot be proposed."""
    # What it changes does not hang on the reason, which may not be said yet.
    asked = replace(wish, reason=override_words.OTHER, reason_text="preview", note="")
    try:
        found = services.preview_override(
            here.store, here.settings, here.lab, asked, actor=here.actor, at=datetime.now(UTC)
        )
    except AutotrainError as error:
        frame.show(error)
        return None
    st.html(
        f"{override_words.way_html(found, colours)}{override_words.changes_html(found)}"
        f"<p class='at-ov-need'><b>{words.as_html(found.need.sentence)}</b></p>{_replaced(here, found)}"
    )
    metrics = list(here.lab.metrics.values())
    st.html(override_words.last_html(found.last, metrics, colours=colours, today=here.today))
    return found if found.need.allowed else None


def _replaced(here: Here, found: OverridePreview) -> str:
    ruling: Mapping[str, Any] = {**here.lab.people.overrides, **here.lab.people.enrolments}
    one = ruling.get(found.replaces)
    if one is None:
        return ""
    what = override_words.aim(one) if found.replaces in here.lab.people.overrides else "its enrolment"
    return f"<p>It takes the place of what people decided before: {words.as_html(what)}.</p>"


def _send(here: Here, form: _Form, drawn: Wish | None, seen: str, at_now: Standpoint) -> None:
    """Propose what was drawn; words that were typed since belong to it."""
    if drawn is None:
        return
    wish = _wish(drawn.subject_id, form, at_now)
    if wish is None or replace(wish, reason="", reason_text="", note="") != replace(
        drawn, reason="", reason_text="", note=""
    ):
        frame.notice("You changed it in that moment. Look at what it changes now, and send it.", icon=":material/sync:")
        return
    if not wish.reason:
        frame.notice("Say why: choose a reason.", icon=":material/block:")
        return
    if wish.reason == override_words.OTHER and not wish.reason_text:
        frame.notice("Say the reason in your own words.", icon=":material/block:")
        return
    at = datetime.now(UTC)
    act = partial(services.propose, here.store, here.settings, wish, seen=seen, actor=here.actor, at=at)
    done = people_acts.attempt(here, partial(act, identity=form.identity, view=here.lab))
    if done is None:
        return
    _close(wish.subject_id)
    lead = "Approved" if done.approved else "Proposed"
    frame.notice(f"{lead}: {wish.subject_id} {override_words.effect(done.override)}. {done.sentence}")
    if done.approved:
        people_acts.to_tell((wish.subject_id,))
