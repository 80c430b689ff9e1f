"""What the page Members shows: who may do what, the people, and the desk at which an admin changes one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from autotrain_core import interop, services
from autotrain_core.errors import AutotrainError, ConflictError
from autotrain_core.models import RIGHTS, Actor, Member, Members, Right, Role, new_member
from autotrain_core.services import LabView, Match, PeopleImport, Settings
from autotrain_core.store import Store
from autotrain_ui import address, frame, words
from autotrain_ui.address import MembersView
from autotrain_ui.frame import Here

NEW = "new"
_DESK, _DESKS, _UNDO = "members:desk", "members:desks", "members:undo"
_TEXTS = {"name": "Name", "trainer": "Trainer name in the session table", "person": "PI name in the session table"}
_LISTS = {"mice": "Mice of their own", "projects": "Projects of their own"}
_MOST_NAMES = 20
_LONGEST_LIST = 40_000

Undo = Callable[[Actor, datetime], object]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who is changed, as it was when that began, and the number that stands in the keys of its widgets."""

    who: str
    member: Member | None
    number: int

    def key(self, field: str) -> str:
        return f"members-{field}-{self.number}"


# ---- who may do what ----


def rights_html(actor: Actor) -> str:
    """Write a table of rights and the roles that bring them; the roles of whoever looks are marked."""
    heads = "".join(
        f"<th scope='col' title='{words.as_html(f'A {role} {role.words}')}'>{role}"
        f"{' <span>(you)</span>' if role in actor.roles else ''}</th>"
        for role in Role
    )
    body = "".join(_right_html(right) for right in Right)
    return (
        f"<style>{_style()}</style><div class='at-rights' tabindex='0' role='region' aria-label='Roles and rights'>"
        f"<table><thead><tr><th scope='col'>What one may do</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _right_html(right: Right) -> str:
    said = f"{right.words[:1].upper()}{right.words[1:]}"
    cells = "".join(
        "<td aria-label='yes'>✓</td>" if right in RIGHTS[role] else "<td aria-label='no'>·</td>" for role in Role
    )
    return f"<tr><th scope='row'>{words.as_html(said)}</th>{cells}</tr>"


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("members.css").read_text(encoding="utf-8")


# ---- the people ----


def people(here: Here, known: Members, version: str) -> None:
    """Draw the members."""
    if not known.members:
        st.info("Nobody is a member yet: whoever sits here may do everything. The first has to be an admin.")
        return
    column = st.column_config
    st.dataframe(
        people_table(known, _own(here.lab.version, version, here.lab, known)),
        hide_index=True,
        alt="The members of this lab",
        column_config={
            "name": column.TextColumn("Name", pinned=True),
            "email": "Address",
            "roles": "Roles",
            "own": column.NumberColumn("Mice", format="localized", help="By the session table, and listed by hand."),
            "trainer": column.TextColumn("Trainer name", help="As the session table has it in its column trainer."),
            "person": column.TextColumn("PI name", help="As it has it in its column PI."),
            "listed": column.NumberColumn("Listed", help="Mice that are listed by hand."),
            "projects": "Projects",
            "active": column.CheckboxColumn("Active"),
        },
    )
    if known.contact:
        st.text(f"Strangers are told whom to ask: {words.seen(known.contact)}")


def people_table(known: Members, own: Mapping[str, int]) -> pd.DataFrame:
    """
    Give the members as a table.

    Args:
        known: The members.
        own: Address -> number of mice.

    Returns:
        A row a member: `name`, `email`, `roles` (str), `own` (int64, mice), `trainer`, `person`, `projects` (str),
        `listed` (int64, mice that are listed by hand) and `active` (bool).
    """
    return pd.DataFrame(
        {
            "name": [one.called for one in known.members],
            "email": [one.email for one in known.members],
            "roles": [", ".join(one.roles) for one in known.members],
            "own": [own.get(one.email, 0) for one in known.members],
            "trainer": [one.trainer for one in known.members],
            "person": [one.person for one in known.members],
            "projects": [", ".join(one.projects) for one in known.members],
            "listed": [len(one.mice) for one in known.members],
            "active": [one.active for one in known.members],
        }
    )


@st.cache_data(show_spinner=False, max_entries=4)
def _own(lab: str, version: str, _lab: LabView, _known: Members) -> dict[str, int]:  # noqa: ARG001 - the keys
    return {one.email: int(services.mine(Actor.of(one), _lab.mice).sum()) for one in _known.members}


# ---- changing one ----


def undo(here: Here) -> None:
    """Offer to take back what was done last here."""
    told: tuple[str, Undo] | None = st.session_state.get(_UNDO)
    if told is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="members-told", border=True):
        st.text(words.seen(told[0]))
        st.space("stretch")
        st.button("Undo", icon=":material/undo:", key="members-undo", on_click=partial(_take_back, here, told[1]))


def _take_back(here: Here, back: Undo) -> None:
    st.session_state.pop(_UNDO, None)
    _try(lambda: back(here.actor, datetime.now(UTC)), "It is as it was before.")


def desk(here: Here, known: Members, view: MembersView) -> None:
    """Draw the desk at which an admin adds somebody, or changes one."""
    offered = ["", NEW, *(one.email for one in known.members)]
    st.selectbox(
        "Whom to change",
        address.options("members", "who", offered),
        format_func=lambda who: {"": "Choose …", NEW: "Somebody new"}.get(who) or words.seen(_called(known, who)),
        key=address.key("members", "who"),
    )
    if not view.who:
        return
    stored = None if view.who == NEW else known.find(view.who)
    if stored is None and view.who != NEW:
        st.text(f"{words.seen(view.who)} is no longer a member.")
        return
    now = _opened(view.who, stored)
    if now.member != stored and stored is not None:
        st.warning(
            f"Somebody else changed {words.as_text(stored.called)} meanwhile: {words.as_text(_facts(stored))}. "
            "What you typed is kept; Save puts it in the place of that.",
            icon=":material/group:",
        )
    _fields(now)
    with st.container(horizontal=True):
        act = "Add" if stored is None else f"Save {words.as_text(stored.called)}"
        st.button(act, type="primary", key="members-save", on_click=partial(_save, here, now, stored))
        if stored is not None:
            st.button(
                "Remove",
                key="members-remove",
                icon=":material/person_remove:",
                help="Takes the person out of the list. What the person did stays in the record.",
                on_click=partial(_remove, here, stored),
            )
        st.button("Cancel", key="members-cancel", on_click=_leave)


def _called(known: Members, who: str) -> str:
    member = known.find(who)
    return who if member is None or not member.name else f"{member.name}, {who}"


def _facts(member: Member) -> str:
    """Say a member in a line."""
    parts = [", ".join(member.roles), "" if member.active else "not active"]
    parts += [f"{said}: {value}" for name, said in _TEXTS.items() if (value := getattr(member, name))]
    parts += [f"{said}: {', '.join(value)}" for name, said in _LISTS.items() if (value := getattr(member, name))]
    return "; ".join(filter(None, parts))


def _opened(who: str, stored: Member | None) -> _Desk:
    """Give the desk; where nothing was typed yet, with the member as it is now."""
    now: _Desk | None = st.session_state.get(_DESK)
    if now is not None and now.who == who and (now.member == stored or _is_touched(now)):
        return now
    number = int(st.session_state.get(_DESKS, 0)) + 1
    st.session_state[_DESKS] = number
    now = st.session_state[_DESK] = _Desk(who, stored, number)
    return now


def _is_touched(now: _Desk) -> bool:
    typed = {name: st.session_state.get(now.key(name)) for name in _shown(now.member)}
    return all(value is not None for value in typed.values()) and typed != _shown(now.member)


def _shown(member: Member | None) -> dict[str, Any]:
    """Give what the fields show of a member."""
    texts = {name: getattr(member, name, "") for name in _TEXTS}
    lists = {name: "\n".join(getattr(member, name, ())) for name in _LISTS}
    roles = [] if member is None else [str(role) for role in member.roles]
    return {**texts, **lists, "roles": roles, "active": member is None or member.active}


def _fields(now: _Desk) -> None:
    shown = _shown(now.member)
    for name, value in shown.items():
        # Streamlit forgets what was typed when the page is left; then the member is shown as it was.
        st.session_state.setdefault(now.key(name), value)
    left, right = st.columns(2)
    if now.member is None:
        left.text_input("Address, with which the person signs in", key=now.key("email"), placeholder="name@example.org")
    left.text_input("Name", key=now.key("name"))
    left.multiselect("Roles", [str(role) for role in Role], key=now.key("roles"))
    left.toggle("Active", key=now.key("active"), help="Who is not active may not even look.")
    right.text_input(_TEXTS["trainer"], key=now.key("trainer"))
    right.text_input(_TEXTS["person"], key=now.key("person"))
    one, other = right.columns(2)
    for place, (name, said) in zip((one, other), _LISTS.items(), strict=True):
        place.text_area(said, key=now.key(name), help="One a line.", height=96, max_chars=_LONGEST_LIST)


def _typed(now: _Desk) -> Member:
    """Make a member of what was typed."""
    fields = {name: st.session_state.get(now.key(name), value) for name, value in _shown(now.member).items()}
    for name in _TEXTS:
        fields[name] = str(fields[name]).strip()
    for name in _LISTS:
        fields[name] = tuple(line.strip() for line in str(fields[name]).splitlines() if line.strip())
    email = str(st.session_state.get(now.key("email")) or "") if now.member is None else now.member.email
    return new_member({**fields, "email": email, "roles": tuple(fields["roles"])})


def _save(here: Here, now: _Desk, before: Member | None) -> None:
    def save() -> None:
        after = _typed(now)
        services.save_member(here.store, after, before=before, actor=here.actor, at=datetime.now(UTC))
        if after == before:
            return
        back: Undo = partial(_back, here, after, before)
        done = (
            "is a member now" if before is None else "is no longer active" if before.active > after.active else "saved"
        )
        st.session_state[_UNDO] = (f"{after.called}: {done}. {_facts(after)}", back)

    if _try(save, "Saved."):
        _leave()


def _remove(here: Here, before: Member) -> None:
    def remove() -> None:
        services.remove_member(here.store, before, actor=here.actor, at=datetime.now(UTC))
        back: Undo = partial(_back, here, None, before)
        st.session_state[_UNDO] = (f"{before.called} is no longer a member.", back)

    if _try(remove, f"{before.called} is removed."):
        _leave()


def _back(here: Here, after: Member | None, before: Member | None, actor: Actor, at: datetime) -> object:
    if before is None and after is not None:
        return services.remove_member(here.store, after, actor=actor, at=at)
    return before and services.save_member(here.store, before, before=after, actor=actor, at=at)


def _leave() -> None:
    st.session_state.pop(_DESK, None)
    address.change("members", who="")


def _try(act: Callable[[], object], done: str) -> bool:
    """Do something for a click, and tell what came of it."""
    try:
        act()
    except ConflictError as error:
        frame.notice(f"{error} What you typed is kept.", icon=":material/group:")
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")
    else:
        frame.notice(done)
        return True
    return False


# ---- from the list of mice and PIs ----


@st.cache_data(show_spinner=False, ttl=15, max_entries=4)
def _stored_list(url: str, _store: Store, _settings: Settings) -> dict[str, str]:  # noqa: ARG001 - a store is its URL
    return dict(services.people_of_mice(_store.home, _settings))


def importing(here: Here, known: Members, version: str) -> None:
    """Offer to match the PIs of a list of mice with members: the table is the dry run, the button does it."""
    stored = _stored_list(here.store.url, here.store, here.settings)
    upload = st.file_uploader("Another list of mice and PIs (mouse_pi_mapping.json)", type=["json"], key="members-file")
    mice = here.settings.mice
    listed = stored
    if upload is not None:
        listed = interop.read_people(upload.getvalue(), source=upload.name, mouse=mice.mouse, person=mice.person)
    if not listed:
        st.text(f"The store has no such list at {mice.key}. Give one as a file.")
        return
    unknown = [one for one in services.people_import(known, listed, known=stored).people if one.match is Match.NOBODY]
    named = {}
    if unknown:
        st.text("Whose name is it? The address of a member, or of somebody new, who becomes a member as PI.")
        places = st.columns(2)
        for place, one in enumerate(unknown[:_MOST_NAMES]):
            label = words.as_text(f"{one.name} ({words.mice(one.mice)})")
            email = places[place % 2].text_input(label, key=f"members-who-{one.name}", placeholder="name@example.org")
            named[one.name] = email.strip()
        if len(unknown) > _MOST_NAMES:
            st.text(f"And {len(unknown) - _MOST_NAMES:,} more, when these are somebody.")
    plan = services.people_import(known, listed, named={k: v for k, v in named.items() if v}, known=stored)
    _plan(here, plan, known, version)


def _plan(here: Here, plan: PeopleImport, known: Members, version: str) -> None:
    table = pd.DataFrame(
        {
            "name": [one.name for one in plan.people],
            "mice": [one.mice for one in plan.people],
            "what": [one.match.words for one in plan.people],
            "member": [one.email for one in plan.people],
            "listed": [one.listed for one in plan.people],
        }
    )
    column = st.column_config
    st.dataframe(
        table,
        hide_index=True,
        alt="What the import would do with each name",
        height=min(36 * (len(table) + 1) + 2, 400),
        column_config={
            "name": "PI of the list",
            "mice": column.NumberColumn("Mice", format="localized"),
            "what": column.TextColumn("What the import does", width="large"),
            "member": "Member",
            "listed": column.NumberColumn("Mice written down", help="Those that the list in the store does not name."),
        },
    )
    if not plan.changed:
        st.text("Nothing to change.")
        return
    st.button(
        f"Import: {words.count(_changes(known, plan.members), 'member changes', 'members change')}",
        type="primary",
        key="members-import",
        on_click=partial(_import, here, plan, known, version),
    )


def _changes(before: Members, after: Members) -> int:
    return sum(before.find(one.email) != one for one in after.members)


def _import(here: Here, plan: PeopleImport, known: Members, version: str) -> None:
    def save() -> None:
        now = services.save_members(here.store, plan.members, replaces=version, actor=here.actor, at=datetime.now(UTC))
        back: Undo = lambda actor, at: services.save_members(  # noqa: E731 - typed
            here.store, known, replaces=now, actor=actor, at=at
        )
        st.session_state[_UNDO] = (f"{words.count(_changes(known, plan.members), 'member')} changed.", back)

    _try(save, "Imported.")
