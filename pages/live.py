"""Live graph: where in a curriculum the mice are now."""

import streamlit as st

from autotrain_ui import address, frame, live_parts
from autotrain_ui.address import LiveView

with frame.page("live") as here:
    live_parts.go()
    view = address.open_view(LiveView, page="live")
    curricula = live_parts.followed(here.lab.version, here.day, _lab=here.lab)
    live_parts.bar(view, curricula)
    name, version = live_parts.wanted(view, curricula)
    live = live_parts.look(here.lab.version, here.day, name, version, view.flow, _lab=here.lab)
    if live.stages.empty:
        st.info("Nobody follows this curriculum, and no document of it is at hand.", icon=":material/account_tree:")
    else:
        live_parts.title(live, active_days=here.settings.app.active_days)
        left, right = st.columns([5, 4], gap="large")
        with left:
            live_parts.graph(here, view, live)
        with right:
            live_parts.stage_mice(here, view, live)
        live_parts.tables(here, live)
