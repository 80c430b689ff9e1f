"""Cohort: how long training takes, and where mice spend it."""

from autotrain_ui import address, cohort_figures, cohort_parts, frame
from autotrain_ui.address import CohortView

with frame.page("cohort") as here:
    view = address.open_view(CohortView, page="cohort")
    if not here.lab.sessions["published"].any():
        cohort_parts.nothing_yet(here)
    else:
        shown = cohort_parts.look(here, view)
        cohort_parts.bar(here, view, shown)
        if shown.cohort is None:
            cohort_parts.nothing_chosen(here, view, shown)
        else:
            cohort_parts.answer(view, shown, shown.cohort)
            cohort_parts.pictures(here, view, shown, cohort_figures.FIGURES)
