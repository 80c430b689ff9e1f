"""Messages: what each person hears of, when and by which way; and which ways have been failing."""

from autotrain_ui import frame, links, notify_parts

with frame.page("messages") as here:
    links.follow()
    notify_parts.problems(here)
    notify_parts.draw(here)
