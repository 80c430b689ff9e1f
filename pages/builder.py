"""Builder: a curriculum made by hand and eye, checked, and published."""

from autotrain_ui import address, frame
from autotrain_ui.address import BuilderView
from autotrain_ui.builder import begin, editor

with frame.page("builder") as here:
    begin.go()
    view = address.open_view(BuilderView, page="builder")
    editor.style()
    if view.draft:
        editor.editor(here, view)
    else:
        begin.begin(here)
