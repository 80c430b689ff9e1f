"""Mouse: why it is where it is, what it runs next, and everything that is known of it."""

import streamlit as st

from autotrain_core import services
from autotrain_ui import (
    address,
    chips,
    forecast_parts,
    frame,
    links,
    mark_panel,
    mouse_compared,
    mouse_parts,
    mouse_reads,
    mouse_tables,
    override_panel,
    people_acts,
    people_timeline,
    print_button,
    snooze_panel,
    why_panel,
)
from autotrain_ui.address import MouseView

with frame.page("mouse") as opened:
    links.follow()
    people_acts.attend(opened)
    here = people_acts.fresh(opened)
    lab, today = here.lab, here.today
    view = address.open_view(MouseView, page="mouse")
    mouse_parts.style()
    if lab.mice.empty:
        st.info("The lab has no session yet. As soon as its session table has one, its mouse is here.")
        st.stop()
    with st.container(key="screen-picker"):
        left, right = st.columns([2, 3], vertical_alignment="bottom")
        with left:
            mouse_parts.picker(lab)
    if view.subject not in lab.mice.index:
        if view.subject:
            mouse_parts.unknown(lab, view.subject)
        mouse_tables.in_training(lab, on=here.day)
        st.stop()

    among = mouse_parts.order(lab, here.day)
    mouse = services.mouse(lab, view.subject, on=here.day, among=among)
    colours = chips.colours_of(lab, here.look, dark=here.dark)
    metrics = mouse_tables.offered(mouse, lab)
    session = mouse.default_session if view.session is None else view.session
    reason = mouse_reads.why(lab, mouse.subject_id, session)
    with right:
        mouse_parts.neighbours(mouse, filtered=mouse.subject_id in among)
    alerts = services.alerts_of(lab, mouse.subject_id, on=here.day)
    mouse_parts.identity(mouse, alerts, today=today)
    snooze_panel.draw(here, mouse.subject_id, alerts)

    nearer, wider = st.columns([2, 3], gap="medium")
    with nearer.container(border=True):
        st.subheader("Runs next")
        mouse_parts.next_run(mouse, mouse_reads.why_next(lab, mouse), colours=colours)
    with nearer:
        mouse_parts.elsewhere(mouse, services.links_of_session(mouse_parts.patterns(here.settings), reason.row))
    with wider.container(border=True):
        st.subheader("Why")
        mouse_tables.choose_session(mouse, today=today)
        st.html(why_panel.why_html(reason, colours=colours, today=today))

    with st.container(border=True, key="forecast"):
        st.subheader("Graduates probably")
        forecast_parts.draw(here, mouse.subject_id)

    with st.container(border=True, key="screen-override"):
        st.subheader("Override")
        override_panel.draw(here, mouse.subject_id, colours=colours)

    st.subheader("Session by session")
    with st.container(horizontal=True, vertical_alignment="bottom", key="screen-axes"):
        st.segmented_control(
            "Along the bottom",
            ["session", "date"],
            key=address.key("mouse", "x"),
            format_func=str.capitalize,
            required=True,
        )
        mouse_tables.choose_metrics(metrics)
        print_button.draw(key="mouse-print", help="Prints this mouse on A4.")
    drawn = mouse_tables.chosen_metrics(metrics, view.metric)
    mouse_tables.metrics_chart(mouse, lab, drawn, x=view.x, selected=session, colours=colours, dark=here.dark)
    mouse_tables.sessions(mouse, metrics, colours)
    with st.container(key="screen-marks"):
        mark_panel.draw(here, mouse.subject_id, session)

    st.subheader("What the rules and people decided")
    people_timeline.draw(here, mouse.subject_id, view.moment, colours=colours)

    st.subheader("Its stages, beside other mice")
    compared = services.stages_compared(lab, mouse.subject_id, mouse_reads.usual_stages(lab))
    mouse_compared.stages(compared, drawn, mouse=mouse, colours=colours, lab=lab)

    st.subheader("The animal")
    mouse_compared.animal(mouse, x=view.x, selected=session, dark=here.dark)

    st.subheader("Notes and remarks")
    mouse_parts.notes(mouse, today=today)
