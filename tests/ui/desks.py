"""Drafts on a desk, for tests of the parts of the builder: a lab with a designer, a PI and a viewer."""

from typing import Any

from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.editing import Draft, Edit, SetParameters, apply
from autotrain_core.models import Member
from autotrain_core.services import StoredDraft
from autotrain_ui.builder.desk import Desk
from tests.interop.documents import LADDER, document
from tests.services.nights import Nights, session
from tests.services.publishing import DEE, acting, lab, shipped
from tests.ui.apps import PATIENCE, PROJECT

DRAFT = "d1"


def copied(*edits: Edit) -> Draft:
    """A copy of Coupled Baiting 2.3, changed."""
    draft = services.from_curriculum(shipped())
    for edit in edits:
        draft = apply(draft, edit)
    return draft


BLOCK_MIN = SetParameters((("Stage 2", "BlockMin", 12),))


def written(**changes: Any) -> Draft:
    """A draft of a small curriculum of schema 2.0, with other top-level values."""
    return Draft(document={**document(LADDER), **changes})


def kept(nights: Nights, draft: Draft, by: Member = DEE, *, with_mouse: bool = False) -> StoredDraft:
    """Put members and a draft into the lab, and a mouse that follows Coupled Baiting 2.3."""
    store = lab(nights.home)
    if with_mouse:
        nights.run([session("8", 1, stage="STAGE_1"), session("8", 2, stage="STAGE_1")])
    return services.start_draft(store, draft, actor=acting(by), at=nights.at, identity=DRAFT)


def saved_by(nights: Nights, member: Member, draft: Draft, base: StoredDraft, note: str = "") -> StoredDraft:
    """Let a colleague save it."""
    return services.save_draft(
        nights.store, base.id, draft, replaces=base.version, actor=acting(member), at=nights.at, note=note
    )


def part(name: str, **state: str) -> AppTest:
    """Open the page with one part of the builder, and with what the session holds already."""
    app = AppTest.from_file(PROJECT / "tests" / "ui" / "builder_page.py", default_timeout=PATIENCE)
    app.query_params["part"] = name
    app.query_params["draft"] = DRAFT
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def desk_of(app: AppTest) -> Desk:
    found = app.session_state["desk"]
    assert isinstance(found, Desk)
    return found


def labels(app: AppTest) -> list[str]:
    return [button.label.replace("\\", "") for button in app.button]


def stored(nights: Nights) -> StoredDraft:
    return services.open_draft(nights.store, DRAFT)
