"""Three people, each in a browser of their own: a proposal, its approval, what the rig reads, and the session after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest
from playwright.sync_api import expect

from autotrain_core import services
from autotrain_core.interop import BY_PEOPLE, MANAGER_COLUMNS, manager_from_bytes
from autotrain_core.models import Member, Members, Override, Role, State
from autotrain_core.store import Store, open_store
from tests.e2e.conftest import Visit
from tests.e2e.provider import running_provider, secrets_for
from tests.e2e.screens import Screen
from tests.e2e.servers import Running, free_port, running_app

PEOPLE = {
    name: {"email": f"{name}@lab.org", "name": name.capitalize(), "email_verified": True}
    for name in ("tom", "pia", "vera")
}
TABLES = (
    "foraging_auto_training/df_manager_447_demo.pkl",
    "foraging_nwb_bonsai_processed/foraging_auto_training/df_manager_447_demo.pkl",
)
NUMBERS = {"session": "int64", "session_at_current_stage": "int64", "foraging_efficiency": "float64"}
ODD = {"finished_trials", "task_schema_version"}
"""Whole where none is missing; and what is always missing."""


@dataclass
class Lab:
    """The example lab, with a trainer, a PI and a viewer; one of its mice is on its way."""

    url: str
    mouse: str
    stage: str

    @property
    def store(self) -> Store:
        return open_store(self.url)

    def override(self) -> Override:
        (found,) = services.said(self.store).overrides.values()
        return found

    def tables(self) -> list[pd.DataFrame]:
        """The manager table, as each folder of the store holds it."""
        return [manager_from_bytes(self.store.home.get(key)[0], source=key) for key in TABLES]

    def next_session(self) -> None:
        """Let the mouse train as the rig was told, and the night pass."""
        home, settings = self.store.home, services.read_settings(None, store=self.url, environment={})
        key = next(one.key for one in home.list("foraging_nwb_bonsai_processed/df_sessions"))
        path = Path(self.url) / key
        table = pd.read_parquet(path)
        last = table[table["subject_id"] == self.mouse].sort_values("session").iloc[-1:]
        told = self.tables()[0].query("subject_id == @self.mouse").sort_values("session").iloc[-1]
        day = datetime.now(UTC).date() + timedelta(days=1)
        row = last.assign(
            session=last["session"] + 1,
            session_date=pd.Series([day.isoformat()], index=last.index).astype(last["session_date"].dtype),
            current_stage_actual=told["next_stage_suggested"],
        )
        pd.concat([table, row], ignore_index=True).to_parquet(path)
        services.run_once(
            self.store, settings, at=datetime.now(UTC) + timedelta(days=1, hours=8), by="night", code="test"
        )


@pytest.fixture(scope="module")
def lab(example_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    # This one writes, and the other tests share their lab.
    folder = Path(copytree(example_store, tmp_path_factory.mktemp("people") / "store"))
    store = open_store(str(folder))
    now = datetime.now(UTC)
    view = services.lab_view(store, services.Settings(), at=now)
    training = view.mice[
        services.in_training(view, on=services.board_day(view, today=now.date()))
        & view.mice["stage"].eq("STAGE_3").to_numpy()
    ]
    mouse = str(training.index[0])
    members = (
        Member(email="tom@lab.org", name="Tom", roles=(Role.TRAINER,)),
        Member(email="pia@lab.org", name="Pia", roles=(Role.PI,), mice=(mouse,)),
        Member(email="vera@lab.org", name="Vera", roles=(Role.VIEWER,)),
        Member(email="ada@lab.org", name="Ada", roles=(Role.ADMIN,)),
    )
    _, version = services.members(store)
    services.save_members(store, Members(members=members), replaces=version, actor=services.operator("test"), at=now)
    return Lab(str(folder), mouse, str(training["stage"].iloc[0]))


@pytest.fixture(scope="module")
def people_app(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    with running_provider(PEOPLE) as provider:
        port = free_port()
        secrets = secrets_for(provider, f"http://127.0.0.1:{port}")
        with running_app(tmp_path_factory.mktemp("app"), store=lab.url, secrets=secrets, port=port) as started:
            yield started, provider.url


def as_person(visit: Visit, served: tuple[Running, str], name: str, path: str, **query: str) -> Screen:
    """Sign in as somebody, in a browser of one's own, and go to a page."""
    app, provider = served
    screen = visit(app, path, **query)
    screen.provider = provider
    screen.press("Sign in")
    screen.page.wait_for_url(f"{provider}/**")
    screen.page.get_by_role("button", name=name, exact=True).first.click()
    screen.page.wait_for_url(lambda url: not url.startswith(provider))
    return screen.settle()


def test_what_a_trainer_proposes_and_the_pi_approves_is_what_the_next_session_runs(
    lab: Lab, people_app: tuple[Running, str], visit: Visit
) -> None:
    pia = as_person(visit, people_app, "pia", "approvals")
    expect(pia.main).to_contain_text("Nothing waits for you")
    vera = as_person(visit, people_app, "vera", "mouse", subject=lab.mouse)
    expect(vera.main).to_contain_text("To override what the rules suggest takes the role trainer or PI")
    expect(vera.button("Override …")).to_have_count(0)

    tom = as_person(visit, people_app, "tom", "mouse", subject=lab.mouse)
    tom.press("Override …")
    tom.page.get_by_role("combobox", name="Stage").click()
    tom.page.get_by_role("option", name="Stage 1", exact=True).click()
    tom.pick("Why", "Side bias")
    expect(tom.main).to_contain_text(f"It needs approval by the PI of {lab.mouse}, Pia")
    tom.press(f"Propose: {lab.mouse}")
    expect(tom.main).to_contain_text("Waits for an answer")
    assert lab.override().state is State.PROPOSED

    # Nobody reloads: the page of the PI finds it by itself.
    approve = pia.page.get_by_role("button", name="Approve").first
    expect(approve).to_be_visible()
    expect(pia.main).to_contain_text(lab.mouse)
    approve.click()
    expect(pia.page.get_by_text("The rigs are told: Stage 1").first).to_be_visible()
    assert lab.override().state is State.PUBLISHED
    assert (lab.override().by, lab.override().approved_by) == ("tom@lab.org", "pia@lab.org")

    expect(tom.main).to_contain_text("In force: the rigs are told")
    for table in lab.tables():
        row = table[table["subject_id"] == lab.mouse].sort_values("session").iloc[-1]
        assert (row["next_stage_suggested"], row["override_id"]) == ("STAGE_1", lab.override().id)
        assert row["next_stage_by_rules"] != "STAGE_1"
        assert list(table.columns) == [*MANAGER_COLUMNS, *BY_PEOPLE]
        kinds = {name: str(table[name].dtype) for name in table.columns if name not in ODD}
        assert kinds == dict.fromkeys(kinds, "object") | NUMBERS

    lab.next_session()

    assert lab.override().state is State.USED
    tom.go(people_app[0].url, "mouse", subject=lab.mouse)
    expect(tom.main).to_contain_text("followed it")
