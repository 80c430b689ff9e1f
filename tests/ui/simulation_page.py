"""A page with nothing but the closed-loop simulation of two curricula."""

import streamlit as st

from autotrain_core import services
from autotrain_ui import frame
from autotrain_ui.simulation_parts import simulation

with frame.page("cohort") as here:
    wanted = st.query_params.get_all("curriculum")
    simulation(here, [services.find_curriculum(name, here.lab.shelf) for name in wanted])
