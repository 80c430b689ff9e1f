"""
Addresses of the app that this one replaces: rigs open them, and people have bookmarked them.

Source: `AutoTrainDialog` of the rig's program, and the behaviour browser's `url_query_helper` (contracts D8 and D9).
"""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from autotrain_ui.address import CurriculumView, MouseView, ProgressView

Given = Mapping[str, Sequence[str]]

_TAB = "tab_id"
_SUBJECT = "filter_subject_id"
_HISTORY, _CURRICULUM = "tab_auto_train_history", "tab_auto_train_curriculum"
_X = {"session": "session", "date": "date", "relative_date": "days"}
_SORT = {"first_date": "first", "last_date": "last", "subject_id": "id", "progress_to_graduated": "progress"}
_FILTERS = {
    "filter_PI": "PI",
    "filter_trainer": "trainer",
    "filter_user_name": "trainer",
    "filter_rig": "rig",
    "filter_task": "task",
    "filter_h2o": "alias",
    "filter_curriculum_name": "curriculum",
    "filter_curriculum_version": "version",
    "filter_current_stage_actual": "stage",
}
_OLD = (_TAB, "auto_training_", "filter_", "to_filter_columns", "if_load_")


def is_old(given: Given) -> bool:
    """Say whether a query string is one of the app that this one replaces."""
    return any(name.startswith(_OLD) for name in given)


def moved(given: Given) -> tuple[str, BaseModel]:
    """
    Say where an old address leads now.

    Args:
        given: The query string at the root.

    Returns:
        The path of the page, and its view. What the old app could show and this one does not is left out.
    """
    tab = _last(given, _TAB)
    subject = _last(given, _SUBJECT).strip()
    if tab == _CURRICULUM or (not tab and _last(given, "auto_training_curriculum_name")):
        named = {
            field: _last(given, f"auto_training_curriculum_{old}")
            for field, old in (("name", "name"), ("version", "version"), ("schema_version", "schema_version"))
        }
        return "curricula", CurriculumView(**named)
    if subject and not tab and subject.isalnum():
        return "mouse", MouseView(subject=subject)
    filters = {new: tuple(given[old]) for old, new in _FILTERS.items() if given.get(old)}
    return "progress", ProgressView.model_validate(
        {
            "subject": "|".join(value for value in given.get(_SUBJECT, ()) if value.strip())[:500],
            "x": _X.get(_last(given, "auto_training_history_x_axis"), "session"),
            "sort": _SORT.get(_last(given, "auto_training_history_sort_by"), "last"),
            "order": "ascending" if _last(given, "auto_training_history_sort_order") == "ascending" else "descending",
            **filters,
        }
    )


def _last(given: Given, name: str) -> str:
    values = given.get(name, ())
    return values[-1] if values else ""
