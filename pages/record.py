"""Record: everything that anybody or a run did, to be searched, exported, and verified."""

from functools import partial

import streamlit as st

from autotrain_ui import address, frame, links, record_parts
from autotrain_ui.address import RecordView

with frame.page("record") as here:
    links.follow()
    view = address.open_view(RecordView, page="record")
    found = record_parts.found_or_damage(here, view)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        record_parts.fields(found, view)
        st.space("stretch")
        for kind, mime in record_parts.FILES.items():
            st.download_button(
                kind,
                partial(record_parts.file, found.rows, kind),
                file_name=f"record-{here.today}.{kind.lower()}",
                mime=mime,
                icon=":material/download:",
                key=f"record-{kind.lower()}",
                help="Everything that is found, all pages of it. JSON holds all facts.",
            )
        with st.popover("Verify the chain", icon=":material/link:", key="record-verify"):
            record_parts.verify(here)

    st.text(record_parts.sentence(found))
    if found.rows:
        rows, pages = record_parts.page_of(found.rows, view)
        record_parts.draw(here, rows)
        record_parts.paging(view, pages)
    else:
        st.info(record_parts.nothing(found), icon=":material/history:")
