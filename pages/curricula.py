"""Library: what each curriculum says, and who follows it."""

import streamlit as st

from autotrain_ui import address, curricula_parts, frame
from autotrain_ui.address import LibraryView

with frame.page("curricula") as here:
    curricula_parts.go()
    view = address.open_view(LibraryView, page="curricula")
    curricula_parts.style()
    if len(here.lab.shelf.library) or here.lab.shelf.failures:
        curricula_parts.listed(here, view)
        curricula_parts.detail(here, view)
    else:
        st.info(
            "**No curricula yet.** Put the documents where the settings look for them (`[curricula] key`), or let the "
            "shipped ones count (`[curricula] shipped`).",
            icon=":material/menu_book:",
        )
