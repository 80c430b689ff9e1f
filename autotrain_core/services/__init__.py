"""What a person can do, one function each."""

from autotrain_core._places import app_file
from autotrain_core.services._adopt import Archive
from autotrain_core.services._affected import Affected, affected_mice
from autotrain_core.services._alerts import Alert, QuietAlert, alerts_of, need_a_person, quiet_alerts
from autotrain_core.services._answers import (
    Seen,
    approve,
    refuse,
    return_proposal,
    revoke,
    waiting_for,
    why_not,
    withdraw,
)
from autotrain_core.services._authors import draft_authors
from autotrain_core.services._backtest import (
    DRAFT_PREFIX,
    LabBacktest,
    NamedVersions,
    backtest_fates,
    backtest_figures,
    backtest_lab,
    named_versions,
    numbers_for,
)
from autotrain_core.services._board import BoardRow, board
from autotrain_core.services._check import check_store
from autotrain_core.services._cohort_view import (
    COHORT_GROUPS,
    Cohort,
    TrainingTimes,
    cohort,
    stage_changes,
    stages_over_time,
    training_curves,
    training_times,
    visits_by_stage,
)
from autotrain_core.services._commenting import comment
from autotrain_core.services._curricula import Shelf, find_curriculum, shelf, shipped
from autotrain_core.services._demo import Demo, demo, save_demo
from autotrain_core.services._drafts import (
    DraftSummary,
    DraftVersion,
    SavedDraft,
    StoredDraft,
    bring_back_draft,
    draft_history,
    draft_version,
    drafts,
    open_draft,
    remove_draft,
    restore_draft_version,
    save_draft,
    save_or_merge,
    start_draft,
)
from autotrain_core.services._engines import DaskEngine, Engine, LocalEngine
from autotrain_core.services._enrolling import end_enrolment, enrol, waiting_enrolments
from autotrain_core.services._enrolling_plan import EnrolmentPlan, EnrolmentRow, Fate, plan_enrolments
from autotrain_core.services._enrolling_read import EnrolmentWish, list_as_text, read_enrolments
from autotrain_core.services._forecast import (
    MouseForecast,
    calibration_of,
    curve_of,
    forecast_calibration,
    forecast_of,
    forecasts,
    forecasts_of_decisions,
    mouse_forecasts,
)
from autotrain_core.services._forecast_words import (
    calibration_warning,
    compared_words,
    forecast_brief,
    forecast_sentence,
)
from autotrain_core.services._inputs import people_of_mice, stored_shelf
from autotrain_core.services._lab import example_lab, notices_table, report_table, save_lab
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._library import (
    document_bytes,
    library_order,
    library_table,
    near_curricula,
    older_versions,
    task_schema,
    wanted_curriculum,
)
from autotrain_core.services._live import Live, followed, live
from autotrain_core.services._marking import MarkPreview, mark_session, marks_of, preview_mark, unmark_session
from autotrain_core.services._members_changed import remove_member, save_member
from autotrain_core.services._members_import import ImportedPerson, Match, PeopleImport, people_import
from autotrain_core.services._metric_sketch import (
    MetricSketch,
    NumberColumn,
    OfferedMetric,
    metric_sketch,
    metrics_offered,
    sketch_of,
)
from autotrain_core.services._mouse import Mouse, NextRun, mouse, nearest_mice
from autotrain_core.services._mouse_stages import Stretch, stages_compared, stretches, usual_stages
from autotrain_core.services._mouse_why import Clause, PublishedOtherwise, Reason, RuleClauses, why_of
from autotrain_core.services._moving import Moved, move, moves, undo_move
from autotrain_core.services._moving_plan import MovePlan, MoveRow, MoveWish, mice_following, plan_move
from autotrain_core.services._moving_stages import suggest_stage_map
from autotrain_core.services._nights import Night, nights
from autotrain_core.services._notify import (
    ChannelProblem,
    DeliveryReport,
    channel_problems,
    deliver,
    deliver_calmly,
    deliver_soon,
    send_test,
)
from autotrain_core.services._notify_choice import News, NotifyChoice, When, notify_choice, save_notify_choice
from autotrain_core.services._notify_hooks import read_hook
from autotrain_core.services._overrides import (
    OverridePreview,
    Proposed,
    Wish,
    preview_override,
    propose,
    standpoint,
)
from autotrain_core.services._owners import owners_of, owners_of_each
from autotrain_core.services._people import (
    actor_of,
    confirmed,
    local_actor,
    members,
    members_version,
    mine,
    operator,
    people_without_member,
    require,
    save_members,
)
from autotrain_core.services._people_now import PeopleNow, last_session, people_now, session_ref
from autotrain_core.services._plan import published_rows
from autotrain_core.services._policy import (
    MayPublish,
    Policy,
    PublishingPolicy,
    ReviewWhen,
    may_publish,
    policy,
    read_policy,
    reviewers_of,
    save_policy,
)
from autotrain_core.services._progress import (
    Loosened,
    chosen_mice,
    mice_like,
    ordered_mice,
    session_rows,
    sessions_csv,
    to_loosen,
)
from autotrain_core.services._publication import Publication, latest
from autotrain_core.services._publish import (
    finish_publication,
    publish,
    require_agreement,
    require_publishable,
    unfinished_publications,
)
from autotrain_core.services._publish_claims import Published, published_curricula, published_curriculum
from autotrain_core.services._publish_files import CurriculumFiles, curriculum_files
from autotrain_core.services._publish_plan import PublishingPlan, known_tasks, publishing_plan
from autotrain_core.services._record_view import (
    RecordRow,
    RecordRows,
    record_csv,
    record_json,
    record_rows,
    verify_record,
)
from autotrain_core.services._retired import Retired, retire, retired, unretire
from autotrain_core.services._reviews import (
    Review,
    ReviewState,
    approve_review,
    ask_review,
    return_review,
    review_of,
    waiting_reviews,
    withdraw_review,
)
from autotrain_core.services._rule_preview import (
    Fired,
    RuleCount,
    RulePreview,
    SessionPreview,
    preview_on_history,
    preview_on_lab,
    preview_on_mouse,
)
from autotrain_core.services._run import RunReport, run_once
from autotrain_core.services._run_by import run_by, tell_rigs
from autotrain_core.services._runs import NightlyRun, run_mice, run_notices, runs
from autotrain_core.services._said import Said, said, seen_of
from autotrain_core.services._selection import FILTERS, Selection, board_day, choices, in_training, select
from autotrain_core.services._sensitivity import past_sessions, sensitivity
from autotrain_core.services._session_numbers import number_columns_of, numbers_of_sessions
from autotrain_core.services._settings import Settings, read_settings
from autotrain_core.services._simulation import (
    FittedModel,
    differences_in_words,
    fit_lab,
    fit_model,
    learning_history,
    simulate_curricula,
)
from autotrain_core.services._snoozing import quiet_words, snooze, wake
from autotrain_core.services._spreadsheets import for_spreadsheets, spreadsheet_csv
from autotrain_core.services._starting import from_curriculum, from_upload, start_of_files, task_from_upload
from autotrain_core.services._status import Status, status
from autotrain_core.services._stored import StoredPart
from autotrain_core.services._timeline import Moment, MomentKind, timeline
from autotrain_core.services._today import (
    MOST_ROWS,
    Proposal,
    TodayBoard,
    TodayRow,
    change_in_words,
    today,
    today_table,
)
from autotrain_core.services._view_columns import natural_order
from autotrain_core.services._web_addresses import WebLink, links_of_session, require_web_address, web_address
from autotrain_core.services._why import why

# fmt: off
__all__ = [
    "COHORT_GROUPS", "DRAFT_PREFIX", "FILTERS", "MOST_ROWS", "Affected", "Alert", "Archive", "BoardRow",
    "ChannelProblem", "Clause", "Cohort", "CurriculumFiles", "DaskEngine", "DeliveryReport", "Demo", "DraftSummary",
    "DraftVersion", "Engine", "EnrolmentPlan", "EnrolmentRow", "EnrolmentWish", "Fate", "Fired", "FittedModel",
    "ImportedPerson", "LabBacktest", "LabView", "Live", "LocalEngine", "Loosened", "MarkPreview", "Match", "MayPublish",
    "MetricSketch", "Moment", "MomentKind", "Mouse", "MouseForecast", "MovePlan", "MoveRow", "MoveWish", "Moved",
    "NamedVersions", "News", "NextRun", "Night", "NightlyRun", "NotifyChoice", "NumberColumn", "OfferedMetric",
    "OverridePreview", "PeopleImport", "PeopleNow", "Policy", "Proposal", "Proposed", "Publication", "Published",
    "PublishedOtherwise", "PublishingPlan", "PublishingPolicy", "QuietAlert", "Reason", "RecordRow", "RecordRows",
    "Retired", "Review", "ReviewState", "ReviewWhen", "RuleClauses", "RuleCount", "RulePreview", "RunReport", "Said",
    "SavedDraft", "Seen", "Selection", "SessionPreview", "Settings", "Shelf", "Status", "StoredDraft", "StoredPart",
    "Stretch", "TodayBoard", "TodayRow", "TrainingTimes", "WebLink", "When", "Wish", "actor_of", "affected_mice",
    "alerts_of", "app_file", "approve", "approve_review", "ask_review", "backtest_fates", "backtest_figures",
    "backtest_lab", "board", "board_day", "bring_back_draft", "calibration_of", "calibration_warning",
    "change_in_words", "channel_problems", "check_store", "choices", "chosen_mice", "cohort", "comment",
    "compared_words", "confirmed", "curriculum_files", "curve_of", "deliver", "deliver_calmly", "deliver_soon", "demo",
    "differences_in_words", "document_bytes", "draft_authors", "draft_history", "draft_version", "drafts",
    "end_enrolment", "enrol", "example_lab", "find_curriculum", "finish_publication", "fit_lab", "fit_model",
    "followed", "for_spreadsheets", "forecast_brief", "forecast_calibration", "forecast_of", "forecast_sentence",
    "forecasts", "forecasts_of_decisions", "from_curriculum", "from_upload", "in_training", "known_tasks", "lab_view",
    "last_session", "latest", "learning_history", "library_order", "library_table", "links_of_session", "list_as_text",
    "live", "local_actor", "mark_session", "marks_of", "may_publish", "members", "members_version", "metric_sketch",
    "metrics_offered", "mice_following", "mice_like", "mine", "mouse", "mouse_forecasts", "move", "moves",
    "named_versions", "natural_order", "near_curricula", "nearest_mice", "need_a_person", "nights", "notices_table",
    "notify_choice", "number_columns_of", "numbers_for", "numbers_of_sessions", "older_versions", "open_draft",
    "operator", "ordered_mice", "owners_of", "owners_of_each", "past_sessions", "people_import", "people_now",
    "people_of_mice", "people_without_member", "plan_enrolments", "plan_move", "policy", "preview_mark",
    "preview_on_history", "preview_on_lab", "preview_on_mouse", "preview_override", "propose", "publish",
    "published_curricula", "published_curriculum", "published_rows", "publishing_plan", "quiet_alerts", "quiet_words",
    "read_enrolments", "read_hook", "read_policy", "read_settings", "record_csv", "record_json", "record_rows",
    "refuse", "remove_draft", "remove_member", "report_table", "require", "require_agreement", "require_publishable",
    "require_web_address", "restore_draft_version", "retire", "retired", "return_proposal", "return_review",
    "review_of", "reviewers_of", "revoke", "run_by", "run_mice", "run_notices", "run_once", "runs", "said", "save_demo",
    "save_draft", "save_lab", "save_member", "save_members", "save_notify_choice", "save_or_merge", "save_policy",
    "seen_of", "select", "send_test", "sensitivity", "session_ref", "session_rows", "sessions_csv", "shelf", "shipped",
    "simulate_curricula", "sketch_of", "snooze", "spreadsheet_csv", "stage_changes", "stages_compared",
    "stages_over_time", "standpoint",
    "start_draft", "start_of_files", "status", "stored_shelf", "stretches", "suggest_stage_map", "task_from_upload",
    "task_schema", "tell_rigs", "timeline", "to_loosen", "today", "today_table", "training_curves", "training_times",
    "undo_move", "unfinished_publications", "unmark_session", "unretire", "usual_stages", "verify_record",
    "visits_by_stage", "waiting_enrolments", "waiting_for", "waiting_reviews", "wake", "wanted_curriculum",
    "web_address", "why", "why_not", "why_of", "withdraw", "withdraw_review",
]
# fmt: on
