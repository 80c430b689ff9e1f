"""Progress: how all mice are doing, session by session."""

from autotrain_ui import address, frame, progress_parts
from autotrain_ui.address import ProgressView

with frame.page("progress") as here:
    progress_parts.go()
    view = address.open_view(ProgressView, page="progress")
    if here.lab.sessions.empty:
        progress_parts.nothing_yet(here)
    else:
        shown = progress_parts.look(here, view)
        progress_parts.bar(here, view, shown)
        progress_parts.picture(here, view, shown)
        progress_parts.listing(here, view)
