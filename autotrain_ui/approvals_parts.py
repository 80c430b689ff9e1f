"""The inbox of proposals: which are shown, each with all that an answer needs, and several answered at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.evaluation import Standing
from autotrain_core.models import Actor, Entry, Kind, Override, OverridePolicy, Right, Role, State, Step, roles_with
from autotrain_core.services import LabView, OverridePreview, PeopleNow, Seen, Settings
from autotrain_core.store import Store
from autotrain_ui import address, frame, inbox, links, mouse_reads, override_words, people_acts, why_panel, words
from autotrain_ui.address import ApprovalsView, MouseView
from autotrain_ui.chips import Colours
from autotrain_ui.frame import Here

_SHOW: Final = {"mine": "Waits for me", "open": "All that is open", "decided": "What I decided"}
_ANSWERS: Final = frozenset({Step.APPROVE, Step.REFUSE, Step.RETURN, Step.REVOKE})
_MOST, _LAST = 20, 5
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on somebody's desk: all overrides as they stand, and which of them the person may answer."""

    now: PeopleNow
    mine: tuple[Standing, ...]
    called: Mapping[str, str]
    policy: OverridePolicy
    actor: Actor

    def of(self, show: str) -> tuple[Standing, ...]:
        """List what one of the three lists holds."""
        if show == "mine":
            return self.mine
        every = self.now.standings.values()
        if show == "open":
            return tuple(sorted((one for one in every if not one.override.state.over), key=lambda one: one.override.at))
        own = [(entry.at, one) for one in every for entry in _answers_by(one.override, self.actor)]
        return tuple(dict.fromkeys(one for _, one in sorted(own, key=lambda each: each[0], reverse=True)))


def _answers_by(override: Override, actor: Actor) -> list[Entry]:
    return [entry for entry in override.history if entry.by == actor.email and entry.step in _ANSWERS]


def desk(here: Here) -> Desk:
    """Look at everything that was proposed."""
    now = services.people_now(here.lab, here.lab.people, on=here.settings.run.day(here.now))
    return Desk(
        now=now,
        mine=inbox.waiting(here.actor, here.store, here.lab, now),
        called=inbox.called(here.store.url, here.store),
        policy=inbox.rules(here.store.url, here.store),
        actor=here.actor,
    )


def chosen(desk: Desk, view: ApprovalsView) -> tuple[Standing, ...]:
    """List what fits the filters."""
    return tuple(
        one
        for one in desk.of(view.show)
        if (not view.subject or one.override.subject_id == view.subject)
        and (not view.by or one.override.by == view.by)
        and (not view.kind or one.override.kind == view.kind)
    )


def fields(desk: Desk, view: ApprovalsView) -> None:
    """Draw what can be chosen; call it inside a horizontal container."""
    there = [one.override for one in desk.of(view.show)]
    st.segmented_control(
        "Which",
        list(_SHOW),
        format_func=_SHOW.__getitem__,
        key=address.key("approvals", "show"),
        required=True,
        label_visibility="collapsed",
    )
    number = sum(bool(getattr(view, name)) for name in ("subject", "by", "kind"))
    label = f"Filters ({number})" if number else "Filters"
    with st.popover(label, icon=":material/filter_list:", key="approvals-filters"):
        for name, title, offered, say in (
            ("subject", "Mouse", [one.subject_id for one in there], words.seen),
            ("by", "Proposed by", [one.by for one in there], partial(override_words.who, called=desk.called)),
            ("kind", "Kind", [one.kind.value for one in there], _kind_words),
        ):
            known = ["", *sorted(dict.fromkeys(offered))]
            st.selectbox(
                title,
                address.options("approvals", name, known),
                key=address.key("approvals", name),
                format_func=partial(_or_all, say),
            )


def _or_all(say: Callable[[str], str], value: str) -> str:
    return say(value) if value else "All"


def _kind_words(kind: str) -> str:
    return override_words.KINDS[Kind(kind)]


def nothing(here: Here, desk: Desk, view: ApprovalsView) -> tuple[str, str]:
    """Say why nothing is shown: a few words, and a sentence."""
    if desk.of(view.show):
        return "Nothing fits", "Take a filter away."
    if view.show == "open":
        return "Nothing is open", "No override is proposed or in force. Overrides are proposed on the page of a mouse."
    if view.show == "decided":
        return "Nothing yet", "You have answered no proposal yet."
    waiting = sum(one.state is State.PROPOSED for one in desk.now.standings.values())
    rest = f" {words.count(waiting, 'proposal')} for others: see all that is open." if waiting else ""
    if not here.may(Right.APPROVE):
        roles = " or ".join(roles_with(Right.APPROVE))
        return "Nothing waits for you", f"To answer a proposal takes the role {roles}.{rest}"
    return "Nothing waits for you", f"New proposals come here by themselves.{rest}"


# ---- the proposals ----


def proposals(here: Here, desk: Desk, shown: Sequence[Standing], *, colours: Colours) -> None:
    """Draw what is open, the oldest first, each with its answers where the person may give them."""
    mine = {one.override.id for one in desk.mine}
    answerable = [one.override for one in shown[:_MOST] if one.override.id in mine]
    if len(answerable) > 1:
        _bulk(here, answerable)
    for standing in shown[:_MOST]:
        with st.container(border=True, key=f"approvals-{standing.override.id}"):
            _proposal(here, desk, standing, colours, can_tick=len(answerable) > 1 and standing.override.id in mine)
    if len(shown) > _MOST:
        st.caption(f"The {_MOST} oldest of {len(shown):,}; the others follow as these are answered.")


def _tick(override: Override) -> str:
    """Give the key of the box of a proposal as it is drawn: of another version it is another box."""
    seen = Seen.of(override)
    return f"approvals-tick-{seen.id}-{seen.version}"


def _bulk(here: Here, answerable: Sequence[Override]) -> None:
    """Offer to approve several of one kind at once, all of them or none."""
    ticked = [one for one in answerable if st.session_state.get(_tick(one))]
    kinds = {one.kind for one in ticked}
    label = f"Approve these {len(ticked)}" if len(ticked) > 1 else "Approve several"
    said = "Tick proposals of one kind to approve them together, all or none."
    if len(kinds) > 1:
        both = " and ".join(sorted(override_words.KINDS[kind].lower() for kind in kinds))
        said = f"These are of several kinds ({both}): only proposals of one kind are approved together."
    with st.container(horizontal=True, vertical_alignment="center", key="approvals-bulk"):
        st.button(
            label,
            key="approvals-all",
            icon=":material/done_all:",
            disabled=len(ticked) < 2 or len(kinds) > 1,
            on_click=partial(_approve_all, here, tuple(ticked)),
        )
        st.caption(said if len(ticked) < 2 or len(kinds) > 1 else ", ".join(one.subject_id for one in ticked))


def _approve_all(here: Here, drawn: Sequence[Override]) -> None:
    if not all(st.session_state.get(_tick(one)) for one in drawn):
        frame.notice("You changed what is ticked in that moment. Look again.", icon=":material/sync:")
        return
    people_acts.answer(here, Step.APPROVE, tuple(Seen.of(one) for one in drawn))


def _proposal(here: Here, desk: Desk, standing: Standing, colours: Colours, *, can_tick: bool) -> None:
    one = standing.override
    st.html(_head(here, desk, standing))
    if can_tick:
        st.checkbox(words.as_text(f"Approve {one.subject_id} together with others"), key=_tick(one))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if _is_asked(standing):
            _change(here, one, colours)
        else:
            st.html(override_words.standing_html(standing, called=desk.called, now=here.now))
    with right:
        rows = here.lab.of(one.subject_id) if one.subject_id in here.lab.mice.index else here.lab.sessions.iloc[:0]
        last = rows[rows["in_table"].to_numpy(dtype=bool)].tail(_LAST)
        st.html(override_words.last_html(last, here.lab.metrics.values(), colours=colours, today=here.today))
        _history(desk, one)
    _reason_of_rules(here, one, colours)
    _answers(here, desk, standing)


_LAST = 5


def _is_asked(standing: Standing) -> bool:
    return standing.state in (State.PROPOSED, State.STALE)


def _head(here: Here, desk: Desk, standing: Standing) -> str:
    one = standing.override
    mouse = links.link(one.subject_id, "mouse", MouseView(subject=one.subject_id), kind="at-link at-mono")
    by = words.as_html(override_words.who(one.by, desk.called))
    loud = f"<p class='at-late'>{words.as_html(override_words.TITLES[standing.state])}.</p>" * (
        standing.state is State.STALE
    )
    note = f"<p class='at-ov-note'>{words.as_html(one.note)}</p>" if one.note else ""
    # Of what was answered already the steps are told below, with the reason.
    why = f"<p><b>{words.as_html(one.reason_words)}</b></p>{note}" if _is_asked(standing) else ""
    asked = f"<span title='{one.at:%Y-%m-%d %H:%M} UTC'>{words.ago(one.at, here.now)}</span>"
    return (
        f"<div class='at-ask'><h3>{mouse} <span>{words.as_html(override_words.aim(one))}</span></h3>{loud}"
        f"{why}<p class='at-small'>proposed by {by}, {asked}</p></div>"
    )


def _change(here: Here, one: Override, colours: Colours) -> None:
    """Show what it would change, and why it needs an answer."""
    known, people = here.lab, here.lab.people.version
    try:
        found = _preview(
            here.store.url, known.version, people, one.id, here.store, here.settings, known, one, datetime.now(UTC)
        )
    except AutotrainError as error:
        st.text(f"What it would change cannot be told: {words.seen(error)}")
        return
    st.html(
        f"{override_words.way_html(found, colours)}{override_words.changes_html(found)}"
        f"<p class='at-ov-need at-small'>{words.as_html(found.need.sentence)}</p>"
    )


@st.cache_data(show_spinner=False, ttl=_SECONDS, max_entries=256)
def _preview(
    url: str,  # noqa: ARG001 - a store is known by its address
    version: str,  # noqa: ARG001 - a lab by its version
    people: str,  # noqa: ARG001 - what people said by that of the record
    identity: str,  # noqa: ARG001 - and an override by its id
    _store: Store,
    _settings: Settings,
    _lab: LabView,
    _override: Override,
    _at: datetime,
) -> OverridePreview:
    member = services.members(_store)[0].find(_override.by)
    # Who proposed it at a shell is no member.
    by = Actor.of(member) if member else Actor(email=_override.by, name=_override.by, roles=tuple(Role))
    return services.preview_override(_store, _settings, _lab, override_words.again(_override), actor=by, at=_at)


def _history(desk: Desk, one: Override) -> None:
    """Say what became of the overrides of this mouse before."""
    before = [each for each in desk.now.of(one.subject_id) if each.override.id != one.id and each.override.at < one.at]
    if before:
        newest = before[0]
        told = override_words.TITLES[newest.state].lower()
        rest = f"; {words.count(len(before) - 1, 'more')} before" if len(before) > 1 else ""
        st.caption(words.as_text(f"Its override before: {override_words.aim(newest.override)}, {told}{rest}."))


def _reason_of_rules(here: Here, one: Override, colours: Colours) -> None:
    """Show why the rules decided as they did after the session that it was written for."""
    if one.after is None or one.subject_id not in here.lab.mice.index:
        return
    number = one.after.session
    try:
        reason = mouse_reads.why(here.lab, one.subject_id, number)
    except AutotrainError as error:
        st.text(f"The rules: {words.seen(error)}")
        return
    said = f"{reason.sentence[:1].upper()}{reason.sentence[1:]}."
    st.html(f"<p><b>The rules after session {number}:</b> {words.as_html(override_words.said(said))}</p>")
    with st.expander("Rule by rule", key=f"approvals-why-{one.id}", on_change="rerun") as why:
        if why.open:
            st.html(why_panel.why_html(reason, colours=colours, today=here.today))


def _answers(here: Here, desk: Desk, standing: Standing) -> None:
    one = standing.override
    if any(each.override.id == one.id for each in desk.mine):
        people_acts.answers(here, one, approve=f"Approve: {one.subject_id} {override_words.effect(one)}")
        return
    if standing.state is State.PROPOSED:
        owners = inbox.owners(here.store, here.lab, one.subject_id).get(one.subject_id, ())
        st.caption(words.as_text(services.why_not(desk.policy, here.actor, one, owners, Step.APPROVE)))
    elif standing.state is State.APPROVED and here.may(Right.PROPOSE):
        st.button(
            "Tell the rigs now",
            key=f"approvals-tell-{one.id}",
            icon=":material/cell_tower:",
            on_click=partial(people_acts.to_tell, (one.subject_id,)),
        )


# ---- what the person decided ----


def decided_html(here: Here, desk: Desk, shown: Sequence[Standing]) -> str:
    """Write what the person decided as a table, the newest first."""
    rows = "".join(_decided_row(here, desk, one) for one in shown)
    heads = "".join(f"<th scope='col'>{head}</th>" for head in ("When", "Mouse", "What", "You", "What became of it"))
    return (
        "<table class='at-decided'><caption class='at-unseen'>What you decided, the newest first</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _decided_row(here: Here, desk: Desk, standing: Standing) -> str:
    one = standing.override
    last = _answers_by(one, desk.actor)[-1]
    comment = f": <q>{words.as_html(last.comment)}</q>" if last.comment else ""
    mouse = links.link(one.subject_id, "mouse", MouseView(subject=one.subject_id), kind="at-link at-mono")
    by = words.as_html(override_words.who(one.by, desk.called))
    return (
        f"<tr><td title='{last.at:%Y-%m-%d %H:%M} UTC'>{words.ago(last.at, here.now)}</td><td>{mouse}</td>"
        f"<td>{words.as_html(override_words.aim(one))} <span class='at-small'>proposed by {by}: "
        f"{words.as_html(one.reason_words)}</span></td>"
        f"<td>{override_words.STEPS[last.step]}{comment}</td>"
        f"<td>{words.as_html(override_words.TITLES[standing.state])}</td></tr>"
    )
