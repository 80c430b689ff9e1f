"""`autotrain decide`: decisions in exact columns, reports beside them, and a status that a script can trust."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.interop import read_sessions
from tests.cli.conftest import Run, parsed
from tests.interop.documents import LADDER, document, write_document

COLUMNS = [
    "subject_id",
    "session",
    "session_at_current_stage",
    "current_stage_suggested",
    "current_stage_actual",
    "closed_loop",
    "overridden_by_trainer",
    "decision",
    "next_stage_suggested",
    "certain",
    "curriculum_name",
    "curriculum_version",
]
TOY = [
    ["m1", "1", "1", "A", "A", "True", "False", "PROGRESS", "B", "True", "Toy", "1"],
    ["m1", "2", "1", "B", "B", "True", "False", "PROGRESS", "Graduated", "True", "Toy", "1"],
    ["m2", "1", "1", "A", "A", "True", "False", "STAY", "A", "True", "Toy", "1"],
]


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    write_document(tmp_path / "lab", document(LADDER))
    return tmp_path / "lab"


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_decisions_are_printed_as_csv_in_exact_columns(run: Run, sessions: Path, lab: Path) -> None:
    result = run("decide", "--sessions", sessions, "--curricula", lab)

    assert rows(result.stdout)[0] == COLUMNS
    assert rows(result.stdout)[1:] == TOY


def test_stages_and_decisions_are_names_of_the_enum(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "real.csv"
    path.write_text("subject_id,session,finished_trials,foraging_efficiency\n447921,1,10,0.1\n447921,2,500,0.9\n")

    result = run("decide", "--sessions", path, "--curriculum", "Coupled Baiting@2.3")

    first = ("PROGRESS", "STAGE_1", "True", "Coupled Baiting", "2.3")
    second = ("PROGRESS", "STAGE_2", "True", "Coupled Baiting", "2.3")
    assert rows(result.stdout)[1:] == [
        [*("447921", "1", "1", "STAGE_1_WARMUP", "STAGE_1_WARMUP", "False", "False"), *first],
        [*("447921", "2", "1", "STAGE_1", "STAGE_1", "False", "False"), *second],
    ]


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_decisions_are_written_to_the_file_that_is_named(run: Run, sessions: Path, lab: Path, name: str) -> None:
    result = run("decide", "--sessions", sessions, "--curricula", lab, "--output", name)

    table = read_sessions(name)
    assert list(table.columns) == COLUMNS
    assert table["subject_id"].tolist() == ["m1", "m1", "m2"]
    assert table["closed_loop"].dtype == bool
    assert table["session"].dtype == "int64"
    assert result.stdout == ""
    assert f"Decided 3 of 5 sessions, 2 mice -> {name}." in result.stderr


def test_all_forms_of_a_session_table_are_decided_alike(run: Run, sessions: Path, lab: Path) -> None:
    table = read_sessions(sessions)
    table.to_parquet("sessions.parquet")
    table.set_index("subject_id").to_pickle("sessions.pkl")

    printed = [
        run("decide", "--sessions", name, "--curricula", lab).stdout
        for name in ("sessions.csv", "sessions.parquet", "sessions.pkl")
    ]

    assert printed[0] == printed[1] == printed[2]


def test_a_curriculum_may_be_named_or_given_as_a_file(run: Run, sessions: Path, lab: Path) -> None:
    file = next(lab.iterdir())

    by_name = run("decide", "--sessions", sessions, "--curricula", lab, "--curriculum", "Toy@1")
    by_file = run("decide", "--sessions", sessions, "--curriculum", file)

    assert by_name.stdout == by_file.stdout
    assert len(rows(by_name.stdout)) == 1 + 4


def test_open_loop_disregards_what_was_run(run: Run, sessions: Path, lab: Path) -> None:
    result = run("decide", "--sessions", sessions, "--curricula", lab, "--open-loop")

    assert {row[5] for row in rows(result.stdout)[1:]} == {"False"}


# ---- the report ----


def test_mice_that_were_not_decided_are_listed_on_stderr_with_status_0(run: Run, sessions: Path, lab: Path) -> None:
    result = run("decide", "--sessions", sessions, "--curricula", lab)

    assert "2 sessions of 2 mice not decided: no-metrics 1, unknown-curriculum 1" in result.stderr
    assert "  m2, session 2: no value in any of" in result.stderr
    assert "  m3, session 1: " in result.stderr


def test_a_long_list_is_cut_and_counted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    lines = "".join(f"m{number:03},1,,\n" for number in range(100))
    path.write_text(f"subject_id,session,finished_trials,foraging_efficiency\n{lines}")

    result = run("decide", "--sessions", path, "--curriculum", "Coupled Baiting@2.3")

    assert result.stderr.count("no value in any of") == 20
    assert "… and 80 more; --report FILE lists them all." in result.stderr


@pytest.mark.parametrize("name", ["report.json", "report.csv"])
def test_the_report_file_lists_every_one(run: Run, sessions: Path, lab: Path, name: str) -> None:
    run("decide", "--sessions", sessions, "--curricula", lab, "--report", name)

    body = Path(name).read_text(encoding="utf-8")
    found = json.loads(body) if name.endswith(".json") else list(csv.DictReader(io.StringIO(body)))
    assert [(row["subject_id"], str(row["session"]), row["kind"], str(row["left_out"])) for row in found] == [
        ("m2", "2", "no-metrics", "True"),
        ("m3", "1", "unknown-curriculum", "True"),
    ]
    assert all(row["sentence"] for row in found)


# ---- json ----


def test_json_holds_counts_decisions_and_report_and_nothing_else(run: Run, sessions: Path, lab: Path) -> None:
    found = parsed(run("decide", "--sessions", sessions, "--curricula", lab, "--json"))

    assert {key: found[key] for key in ("sessions", "decided", "left_out", "output")} == {
        "sessions": 5,
        "decided": 3,
        "left_out": 2,
        "output": None,
    }
    assert list(found["decisions"][0]) == COLUMNS
    assert found["decisions"][0]["session"] == 1
    assert found["decisions"][0]["closed_loop"] is True
    assert [notice["kind"] for notice in found["report"]] == ["no-metrics", "unknown-curriculum"]


def test_json_beside_an_output_file_leaves_the_decisions_to_the_file(run: Run, sessions: Path, lab: Path) -> None:
    found = parsed(run("decide", "--sessions", sessions, "--curricula", lab, "--json", "--output", "out.csv"))

    assert found["decisions"] is None
    assert found["output"] == "out.csv"
    assert len(pd.read_csv("out.csv")) == 3


# ---- what is wrong as a whole ----


def test_rows_that_name_no_curriculum_are_no_table_to_decide(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("subject_id,session,finished_trials,foraging_efficiency\n1,1,1,1\n")

    result = run("decide", "--sessions", path, status=1)

    assert result.stdout == ""
    assert "Error: " in result.stderr
    assert "plain.csv has no column 'curriculum_name', 'curriculum_version'" in result.stderr
    assert "--curriculum 'NAME@VERSION'" in result.stderr


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_column_that_the_rules_read_is_named_with_all_that_are_there(run: Run, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"sessions.{ending}"
    table = pd.DataFrame({"subject_id": ["1"], "session": [1], "finished_trails": [5], "foraging_efficiency": [0.5]})
    table.to_csv(path, index=False) if ending == "csv" else table.to_parquet(path)

    result = run("decide", "--sessions", path, "--curriculum", "Coupled Baiting@2.3", status=1)

    assert f"{path} has no column 'finished_trials'" in result.stderr
    assert "Its columns are: subject_id, session, finished_trails, foraging_efficiency." in result.stderr


def test_a_table_without_mice_says_what_a_table_needs(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")

    result = run("decide", "--sessions", path, "--curriculum", "Coupled Baiting@2.3", status=1)

    assert "other.csv has no column 'subject_id', 'session'" in result.stderr


def test_a_hostile_pickle_is_refused_with_status_1(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "sessions.pkl"
    path.write_bytes(b"\x80\x04cos\nsystem\n(X\x0d\x00\x00\x00touch hacked!tR.")

    result = run("decide", "--sessions", path, "--curriculum", "Coupled Baiting@2.3", status=1)

    assert "it asks for 'os.system', which no table needs" in result.stderr
    assert {entry.name for entry in tmp_path.iterdir()} == {"sessions.pkl"}


def test_a_file_that_is_no_curriculum_is_a_document_error(run: Run, sessions: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")

    result = run("decide", "--sessions", sessions, "--curriculum", "bad.json", status=1)

    assert "Error: bad.json" in result.stderr


def test_a_document_with_errors_decides_all_the_same_with_a_warning(run: Run, sessions: Path, tmp_path: Path) -> None:
    broken = document({"A": LADDER["A"], "B": [("progress", "A", "metrics.trials[-1] >")]}, name="Broken")
    path = write_document(tmp_path, broken, file="broken.json")

    result = run("decide", "--sessions", sessions, "--curriculum", path)

    assert "Warning: Broken@1 has 1 error; mice at B stay. See: autotrain curriculum check" in result.stderr
    assert rows(result.stdout)[2][3:10] == ["B", "B", "True", "False", "STAY", "B", "False"]
    assert "broken-stage" in result.stderr


def test_only_documents_that_took_part_are_warned_of(run: Run, sessions: Path, lab: Path) -> None:
    write_document(lab, document({"A": [("progress", "Z", "metrics.trials[-1] > 0")]}, name="Unused"))

    result = run("decide", "--sessions", sessions, "--curricula", lab)

    assert "Unused" not in result.stderr


def test_files_in_the_folder_that_are_no_curricula_are_warned_of(run: Run, sessions: Path, lab: Path) -> None:
    (lab / "Bad_curriculum_v1_schema_v1.0.json").write_text("{")

    result = run("decide", "--sessions", sessions, "--curricula", lab)

    assert "Warning: " in result.stderr
    assert "Bad_curriculum_v1_schema_v1.0.json: " in result.stderr
    assert len(rows(result.stdout)) == 4


# ---- usage and store ----


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("decide",), 2, "Missing option '--sessions'"),
        (("decide", "--sessions", "sessions.csv", "--nonsense"), 2, "No such option"),
        (("decide", "--sessions", "sessions.csv", "--output", "out.xlsx"), 2, "has to end in .csv or .parquet"),
        (("decide", "--sessions", "sessions.csv", "--report", "r.txt"), 2, "has to end in .json or .csv"),
        (("decide", "--sessions", "nowhere.csv"), 3, "There is no file nowhere.csv."),
        (("decide", "--sessions", "sessions.csv", "--curricula", "nowhere"), 3, "nowhere does not exist"),
        (("decide", "--sessions", "sessions.csv", "--curriculum", "Coupled Baiting@9"), 3, "has no version '9'"),
        (("decide", "--sessions", "sessions.csv", "--curriculum", "Coupld Baiting@2.3"), 3, "'Coupled Baiting'"),
        (("decide", "--sessions", "sessions.csv", "--curriculum", "Coupled Baiting"), 3, "Coupled Baiting@2.3"),
        (("decide", "--sessions", "."), 1, "is a folder; name a table in it"),
    ],
)
def test_what_was_asked_wrongly_or_is_not_there_has_its_own_status(
    run: Run, sessions: Path, words: tuple[str, ...], status: int, sentence: str
) -> None:
    result = run(*words, status=status)

    assert sentence in result.stderr
    assert result.stdout == ""


def test_a_folder_that_cannot_be_written_to_is_the_stores_affair(run: Run, sessions: Path, lab: Path) -> None:
    result = run("decide", "--sessions", sessions, "--curricula", lab, "--output", "nowhere/out.csv", status=3)

    assert "Error: nowhere: there is no such folder." in result.stderr


def test_a_full_disk_leaves_the_old_file_and_is_the_stores_affair(
    run: Run, sessions: Path, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("out.csv").write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = run("decide", "--sessions", sessions, "--curricula", lab, "--output", "out.csv", status=3)

    assert "Error: out.csv: No space left on device." in result.stderr
    assert Path("out.csv").read_text() == "old"


# ---- real mice ----


def test_the_real_cohort_is_decided_as_the_original_did(run: Run, reference: Path) -> None:
    expected = pd.read_csv(
        reference / "data" / "janelia_decisions.csv.gz", dtype={"subject_id": str, "curriculum_version": str}
    )
    for curriculum in services.shipped():
        theirs = expected[
            (expected["curriculum_name"] == curriculum.name) & (expected["curriculum_version"] == curriculum.version)
        ]
        if theirs.empty:
            continue
        run(
            "decide",
            "--sessions",
            reference / "data" / "janelia_sessions.csv",
            *("--curriculum", curriculum.key, "--output", "out.csv"),
        )
        ours = read_sessions("out.csv").rename(
            columns={"current_stage_actual": "current_stage", "next_stage_suggested": "next_stage"}
        )
        columns = ["session_at_current_stage", "current_stage", "decision", "next_stage"]
        keys = ["subject_id", "session"]
        both = theirs[keys + columns].merge(ours[keys + columns], on=keys, suffixes=("", "_ours"))
        assert len(both) == len(theirs) == len(ours) == 3522
        for column in columns:
            assert (both[column] == both[f"{column}_ours"]).all(), (curriculum.key, column)
