"""A page that holds nothing but what people decide about one mouse; its tests need no pictures drawn beside it."""

from autotrain_core import services
from autotrain_ui import address, chips, frame, mark_panel, override_panel, people_acts, people_timeline
from autotrain_ui.address import MouseView

with frame.page("mouse") as opened:
    people_acts.attend(opened)
    here = people_acts.fresh(opened)
    view = address.open_view(MouseView, page="mouse")
    colours = chips.colours_of(here.lab, here.look, dark=here.dark)
    mouse = services.mouse(here.lab, view.subject, on=here.day)
    override_panel.draw(here, mouse.subject_id, colours=colours)
    mark_panel.draw(here, mouse.subject_id, view.session or mouse.default_session)
    people_timeline.draw(here, mouse.subject_id, view.moment, colours=colours)
