"""Every service that changes something, tried by every role: rights are checked there, whatever a page believes."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.editing import templates
from autotrain_core.errors import NotAllowedError
from autotrain_core.models import Actor, Kind, Member, Members, Right, Role, roles_with
from tests.services.labs import ADA
from tests.services.people import MOUSE, Lab

CHANGING = {
    "approve": Right.APPROVE,
    "approve_review": Right.REVIEW,
    "ask_review": Right.PUBLISH,
    "bring_back_draft": Right.BUILD,
    "comment": Right.COMMENT,
    "end_enrolment": Right.ENROL,
    "enrol": Right.ENROL,
    "finish_publication": Right.PUBLISH,
    "mark_session": Right.EXCLUDE,
    "move": Right.MOVE,
    "propose": Right.PROPOSE,
    "publish": Right.PUBLISH,
    "refuse": Right.APPROVE,
    "remove_draft": Right.BUILD,
    "remove_member": Right.MANAGE,
    "restore_draft_version": Right.BUILD,
    "retire": Right.PUBLISH,
    "return_proposal": Right.APPROVE,
    "return_review": Right.REVIEW,
    "revoke": Right.PROPOSE,
    "run_by": Right.RUN,
    "save_draft": Right.BUILD,
    "save_member": Right.MANAGE,
    "save_members": Right.MANAGE,
    "save_notify_choice": Right.SEE,
    "save_or_merge": Right.BUILD,
    "save_policy": Right.POLICY,
    "snooze": Right.COMMENT,
    "start_draft": Right.BUILD,
    "tell_rigs": Right.PROPOSE,
    "undo_move": Right.MOVE,
    "unmark_session": Right.EXCLUDE,
    "unretire": Right.PUBLISH,
    "wake": Right.COMMENT,
    "withdraw": Right.PROPOSE,
    "withdraw_review": Right.PUBLISH,
}
"""Every service that takes who acts and changes something -> the right that it takes at least."""

ONLY_LOOKING = {
    "confirmed", "may_publish", "mine", "plan_enrolments", "plan_move", "preview_override", "require",
    "require_agreement", "waiting_for", "why_not",
}  # fmt: skip


@pytest.fixture(scope="module")
def lab() -> Lab:
    found = Lab()
    everybody = tuple(Member(email=f"{role.lower()}@lab.org", roles=(role,)) for role in Role)
    known, version = services.members(found.store)
    services.save_members(
        found.store,
        Members(members=(*known.members, *everybody)),
        replaces=version,
        actor=services.operator("root@machine"),
        at=found.at,
    )
    found.propose()
    return found


def forged(role: Role) -> Actor:
    """What a page would hold that somebody forged: whoever it is, with every role."""
    return replace(Actor.of(Member(email=f"{role.lower()}@lab.org", roles=(role,))), roles=tuple(Role))


def given(lab: Lab, service: Callable[..., Any]) -> dict[str, Any]:
    """Something for each argument that a service needs."""
    override = lab.override()
    draft = templates()[0].draft
    known: dict[str, Any] = {
        "store": lab.store,
        "settings": lab.settings,
        "view": lab.view(),
        "at": lab.at,
        "seen": "",
        "wish": services.Wish(subject_id=MOUSE, kind=Kind.HOLD, reason="bias"),
        "wishes": (),
        "subject_id": MOUSE,
        "session": 1,
        "exclude": True,
        "reason": "rig-fault",
        "members": Members(members=(ADA,)),
        "member": ADA,
        "before": ADA,
        "policy": services.Policy(),
        "choice": services.NotifyChoice(),
        "draft": draft,
        "mice": (MOUSE,),
        "to": "Coupled Baiting@2.3",
        "stage_map": {},
        "number": 1,
        "base": None,
    }
    if service in (services.approve, services.refuse, services.return_proposal, services.withdraw, services.revoke):
        known["seen"] = [services.Seen.of(override)]
    needed = [
        name
        for name, one in inspect.signature(service).parameters.items()
        if one.default is one.empty and name != "actor"
    ]
    return {name: known.get(name, "words") for name in needed}


def test_every_service_that_takes_who_acts_is_tried_or_only_looks() -> None:
    taking = {
        name
        for name in services.__all__
        if inspect.isfunction(service := getattr(services, name)) and "actor" in inspect.signature(service).parameters
    }

    assert taking == set(CHANGING) | ONLY_LOOKING


@pytest.mark.parametrize("name", CHANGING)
def test_whoever_lacks_the_right_changes_nothing_even_with_a_forged_page(lab: Lab, name: str) -> None:
    service = getattr(services, name)
    before = lab.nights.objects()

    lacking = [role for role in Role if role not in roles_with(CHANGING[name])]
    for role in lacking:
        with pytest.raises(NotAllowedError, match=" may not "):
            service(actor=forged(role), **given(lab, service))

    stranger = replace(forged(Role.PI), email="stranger@lab.org")
    with pytest.raises(NotAllowedError, match="is not a member"):
        service(actor=stranger, **given(lab, service))
    assert lab.nights.objects() == before


def test_a_viewer_lacks_every_right_but_to_look_and_to_choose_own_messages() -> None:
    assert [name for name, right in CHANGING.items() if Role.VIEWER in roles_with(right)] == ["save_notify_choice"]
