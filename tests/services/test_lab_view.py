"""What the app shows of a lab: every session once, what was published of it, and whose mice they are."""

import json

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError, TableError
from autotrain_core.evaluation import decide, explain
from autotrain_core.services import LabView, Selection, Settings
from tests.services.nights import FIRST, POOR, Nights, put, session


def seen(nights: Nights, known: LabView | None = None) -> LabView:
    return services.lab_view(nights.store, nights.settings, at=nights.at, known=known)


def test_every_session_stands_there_once_with_what_was_published_of_it() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage="STAGE_1_WARMUP"), session("7", 2, stage="STAGE_2", **POOR)])

    rows = seen(nights).sessions

    assert rows["session"].tolist() == [1, 2]
    assert rows["stage"].tolist() == ["STAGE_1_WARMUP", "STAGE_2"]
    assert rows["overridden"].tolist() == [False, False]
    assert rows["published"].all()
    published = nights.rows()
    assert rows["following"].tolist() == published["next_stage_suggested"].tolist()
    assert rows["decision"].tolist() == published["decision"].tolist()


def test_mice_stand_in_the_order_in_which_people_count() -> None:
    nights = Nights()
    nights.run([session("m10", 1), session("m2", 1), session("m2", 2)])

    view = seen(nights)

    assert view.mice.index.tolist() == ["m2", "m10"]
    assert view.sessions["subject_id"].tolist() == ["m2", "m2", "m10"]
    assert view.of("m2")["session"].tolist() == [1, 2]
    assert view.table("m10")["subject_id"].tolist() == ["m10"]


def test_a_session_that_came_since_the_last_run_is_there_and_not_published() -> None:
    nights = Nights()
    nights.run([session("7", 1)])
    nights.table([session("7", 1), session("7", 2), session("8", 1)])

    view = seen(nights)

    assert view.sessions["published"].tolist() == [True, False, False]
    assert view.sessions["stage"].isna().tolist() == [False, True, True]
    assert view.mice["outcome"].tolist() == ["decided", "new"]
    assert view.mice["decision"].isna().tolist() == [False, True]


def test_a_session_that_the_table_lost_stays_as_it_was_published() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("7", 2)])
    nights.run([session("7", 1)])

    rows = seen(nights).sessions

    assert rows["session"].tolist() == [1, 2]
    assert rows["in_table"].tolist() == [True, False]
    assert rows["published"].tolist() == [True, True]
    assert rows["finished_trials"].tolist() == [500, 500]


def test_without_a_session_table_what_was_published_is_shown_and_the_rest_is_said() -> None:
    nights = Nights()
    nights.run([session("7", 1)])
    nights.table([{"subject_id": "7"}])

    view = seen(nights)

    assert view.sessions["published"].tolist() == [True]
    assert view.of("7")["session"].tolist() == [1]
    assert len(view.problems) == 1
    assert "session" in view.problems[0]


def test_an_empty_store_is_an_empty_lab() -> None:
    view = seen(Nights())

    assert len(view.sessions) == len(view.mice) == 0
    assert view.publication.number == 0
    assert "no session table" in view.problems[0]


def test_before_the_first_run_the_sessions_are_there() -> None:
    nights = Nights()
    nights.table([session("7", 1)])

    view = seen(nights)

    assert view.sessions["published"].tolist() == [False]
    assert view.mice.loc["7", "sessions"] == 1
    assert view.problems == ()


def test_nothing_is_read_again_while_nothing_changed() -> None:
    nights = Nights()
    nights.run([session("7", 1)])
    first = seen(nights)
    nights.at += pd.Timedelta(hours=1)

    second = seen(nights, first)

    assert second.sessions is first.sessions
    assert second.read_at == nights.at


@pytest.mark.parametrize("change", ["a session", "a publication", "a curriculum", "a mouse's PI"])
def test_whatever_changes_is_seen(change: str) -> None:
    nights = Nights()
    nights.run([session("7", 1)])
    first = seen(nights)

    match change:
        case "a session":
            nights.table([session("7", 1), session("7", 2)])
        case "a publication":
            nights.run([session("7", 1, **POOR)])
        case "a curriculum":
            put(nights.home, f"{nights.settings.curricula.key}broken.json", b"{}")
        case _:
            put(nights.home, nights.settings.mice.key, json.dumps({"7": "Dr. Heron"}).encode())

    assert seen(nights, first).version != first.version


def test_whose_mouse_it_is_comes_from_the_mapping_where_the_table_is_silent() -> None:
    nights = Nights()
    put(nights.home, nights.settings.mice.key, json.dumps({"7": "Dr. Heron", "8": "Dr. Owl"}).encode())
    nights.run([session("7", 1, PI=None, trainer="Ash"), session("8", 1, PI="Dr. Crane", trainer=None)])

    mice = seen(nights).mice

    assert mice["PI"].tolist() == ["Dr. Heron", "Dr. Crane"]
    assert mice["trainer"].isna().tolist() == [False, True]


def test_a_column_that_the_table_lacks_is_missing_and_not_an_error() -> None:
    nights = Nights()
    nights.run([session("7", 1)])

    view = seen(nights)

    assert view.sessions["rig"].isna().all()
    assert view.sessions["weight_after"].isna().all()
    assert view.sessions["notes"].isna().all()


def test_numbers_of_a_third_task_are_there() -> None:
    nights = Nights()
    nights.run([session("7", 1, weight_after=21.5, weight_after_ratio=0.9)])

    rows = seen(nights).sessions

    assert rows["weight_after"].tolist() == [21.5]
    assert rows["weight_after_ratio"].tolist() == pytest.approx([0.9])


def test_the_sessions_of_a_mouse_explain_as_the_whole_table_does() -> None:
    nights = Nights()
    rows = [session("7", 1), session("7", 2, **POOR), session("8", 1)]
    nights.run(rows)
    view = seen(nights)

    told = explain(view.table("7"), view.decides, "7", 2)

    assert told.decision == nights.rows().query("subject_id == '7' and session == 2")["decision"].item()


def test_an_unknown_mouse_is_refused_by_name() -> None:
    nights = Nights()
    nights.run([session("7", 1)])

    with pytest.raises(NotStoredError, match="no mouse 9"):
        seen(nights).of("9")


def test_progress_is_the_place_of_the_next_stage() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("8", 1, stage="GRADUATED")])

    progress = seen(nights).mice["progress"]

    assert 0 < progress["7"] < 1
    assert progress["8"] == 1


def test_stages_stand_in_the_order_of_training() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage="STAGE_FINAL"), session("8", 1, stage="STAGE_1")])

    assert seen(nights).sessions["stage"].cat.categories.tolist()[0].startswith("STAGE_1")


class TestSelection:
    @pytest.fixture
    def view(self) -> LabView:
        nights = Nights()
        nights.run(
            [
                session("700123", 1, day=1, trainer="Ash"),
                session("700123", 2, day=5, trainer="Elm"),
                session("700456", 1, day=20, trainer="Ash", stage="STAGE_2"),
            ]
        )
        return seen(nights)

    def chosen(self, view: LabView, **wanted: object) -> list[tuple[str, int]]:
        mask = services.select(view, Selection.model_validate(wanted), on=pd.Timestamp("2026-10-21").date())
        rows = view.sessions[mask]
        return list(zip(rows["subject_id"], rows["session"], strict=True))

    def test_an_empty_selection_chooses_everything(self, view: LabView) -> None:
        assert len(self.chosen(view)) == 3

    @pytest.mark.parametrize("pattern", ["700123", "^7001", "0123$", "700123, 999", "700123 999", "(700123|1$)"])
    def test_mice_are_chosen_by_a_pattern(self, view: LabView, pattern: str) -> None:
        assert {subject for subject, _ in self.chosen(view, subject=pattern)} == {"700123"}

    @pytest.mark.parametrize("pattern", ["(", "[", "*", "(?=7)"])
    def test_a_pattern_that_is_none_is_refused_in_words(self, view: LabView, pattern: str) -> None:
        with pytest.raises(TableError, match="no pattern for mice"):
            self.chosen(view, subject=pattern)

    def test_a_pattern_that_would_keep_python_busy_for_years_does_not(self, view: LabView) -> None:
        assert self.chosen(view, subject="(7*)*(0*)*$x") == []

    def test_sessions_are_chosen_by_what_stands_in_a_column(self, view: LabView) -> None:
        assert self.chosen(view, trainer=["Ash"]) == [("700123", 1), ("700456", 1)]
        assert self.chosen(view, trainer=["Ash"], stage=["STAGE_2"]) == [("700456", 1)]
        assert self.chosen(view, trainer=["Nobody"]) == []

    def test_sessions_are_chosen_by_their_day(self, view: LabView) -> None:
        assert self.chosen(view, first="2026-10-05", last="2026-10-05") == [("700123", 2)]

    def test_mice_in_training_are_those_with_a_recent_session(self, view: LabView) -> None:
        assert self.chosen(view, active=True) == [("700456", 1)]

    def test_choices_are_the_values_that_occur(self, view: LabView) -> None:
        assert services.choices(view, "trainer") == ["Ash", "Elm"]
        assert services.choices(view, "rig") == []


class TestBoardDay:
    @pytest.mark.parametrize(
        ("today", "day"),
        [("2026-10-02", "2026-10-02"), ("2026-10-15", "2026-10-15"), ("2026-10-16", "2026-10-02")],
        ids=["the morning after", "still in training", "long ago"],
    )
    def test_it_is_today_while_mice_train(self, today: str, day: str) -> None:
        nights = Nights()
        nights.run([session("7", 1, day=1)])

        found = services.board_day(seen(nights), today=pd.Timestamp(today).date())

        assert found == pd.Timestamp(day).date()

    def test_of_an_empty_lab_it_is_today(self) -> None:
        assert services.board_day(seen(Nights()), today=FIRST.date()) == FIRST.date()


@pytest.mark.parametrize(
    "address", ["ftp://x/{subject_id}", "javascript:alert(1)", "https://x/{nobody}", "https://x/{subject_id:>9}"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Settings.model_validate({"app": {"session_link": address}})


@pytest.mark.parametrize("stage", [None, "STAGE_1"], ids=["open loop", "open loop at last"])
def test_the_tables_of_mice_are_decided_as_they_were_published(stage: str | None) -> None:
    nights = Nights()
    for mice in (("8",), ("8", "7"), ("8", "7", "12")):  # each night more of them, so that some sessions came late
        rows = [
            session(mouse, number, day=number + 1, stage=stage if number < 3 else None, **(POOR if number == 2 else {}))
            for mouse in mice
            for number in (1, 2, 3, 4)
        ]
        nights.run(rows)
    view = seen(nights)

    together = decide(view.tables(list(view.mice.index)), view.decides)

    published = nights.rows()
    wanted = dict(
        zip(zip(published["subject_id"], published["session"], strict=True), published["decision"], strict=True)
    )
    found = dict(zip(zip(together["subject_id"], together["session"], strict=True), together["decision"], strict=True))
    assert found == wanted
    alone = pd.concat([view.table(mouse) for mouse in view.mice.index], ignore_index=True)
    pd.testing.assert_frame_equal(view.tables(list(view.mice.index)), alone)
