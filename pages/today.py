"""Today: what each mouse runs next, and who needs a person."""

from dataclasses import replace
from functools import partial

import streamlit as st

from autotrain_ui import address, board, chips, frame, inbox, links, print_button, snooze_panel, today_parts, words
from autotrain_ui.address import TodayView

with frame.page("today") as here:
    links.follow()
    view = address.open_view(TodayView, page="today")
    with st.container(key="screen-today", horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Whose mice",
            list(today_parts.CHOICES),
            format_func=today_parts.CHOICES.__getitem__,
            key=address.key("today", "who"),
            required=True,
            help="Mine: those that name you as trainer or PI, and those that the members document gives you.",
        )
        if view.who == "rig":
            offered = address.options("today", "rig", ["", *today_parts.rigs(here.lab, on=here.day)])
            st.selectbox("Rig", offered, key=address.key("today", "rig"), format_func=words.or_choose, width=180)
        st.segmented_control(
            "Which",
            list(today_parts.NEED),
            format_func=today_parts.NEED.__getitem__,
            key=address.key("today", "only"),
            required=True,
            help="Act and Look ask for a person; Know is only to be known.",
        )
        st.space("stretch")
        print_button.draw(key="today-print", help="On A4 across, a row a mouse")
        st.download_button(
            "CSV",
            partial(today_parts.csv, here.lab, view, here.actor, on=here.day),
            file_name=f"today-{here.day}.csv",
            mime="text/csv",
            icon=":material/download:",
            help="Every row of this board, for a spreadsheet.",
        )

    board.style()
    lab = inbox.looked_at(here.store, here.lab)
    shown = today_parts.board(lab, view, here.actor, on=here.day)
    st.html(board.counts_html(shown))
    if shown.newer:
        st.info(
            f"{words.mice(shown.newer)} trained since the last run. The next run decides those sessions; until then "
            "the sessions before them stand here.",
            icon=":material/nightlight:",
        )
    if not shown.rows:
        headline, sentence = today_parts.nothing(here.lab, shown, view, today=here.today)
        st.header(headline)
        st.text(sentence)
    else:
        caption = today_parts.caption(shown, view, here.actor, today=here.today, number=here.lab.publication.number)
        colours = chips.colours_of(here.lab, here.look, dark=here.dark)
        st.html(board.board_html(shown, colours=colours, today=here.today, caption=caption))
        if len(shown.rows) < shown.listed:
            st.text(
                f"{len(shown.rows):,} of {words.mice(shown.listed)} are shown, those that need a person first. "
                "Choose a rig or your own mice; the CSV holds all."
            )
    quiet = [each for row in shown.rows for each in row.quiet]
    if quiet:
        with st.expander(f"Quiet alerts: {len(quiet):,}", icon=":material/snooze:", key="screen-quiet"):
            snooze_panel.quiet(replace(here, lab=lab), quiet)
    if shown.enrolled:
        st.html(board.enrolled_html(shown))
    if shown.graduated:
        st.html(board.graduated_html(shown))
