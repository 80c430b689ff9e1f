"""The parts of the page of one mouse: who it is, what it runs next, where to go from here, and its remarks."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.services import Alert, LabView, Mouse, NextRun, Settings, WebLink
from autotrain_ui import address, words
from autotrain_ui.address import CurriculumView, ProgressView
from autotrain_ui.chips import Colours, chip
from autotrain_ui.links import link
from autotrain_ui.override_words import change_row

_PAGE = "mouse"
_ALERTS = {"act": ("▲", "Act"), "look": ("◆", "Look"), "know": ("○", "Know")}
_REMARKS = 100


def style() -> None:
    """Bring in the style sheet of these parts."""
    st.html(f"<style>{_style()}</style>")


@st.cache_data(show_spinner=False)
def _style() -> str:
    return Path(__file__).with_name("mouse.css").read_text(encoding="utf-8")


def go(subject: str) -> None:
    """Show another mouse next, from a callback."""
    address.change(_PAGE, subject=subject, session=None)


def order(lab: LabView, on: date) -> tuple[str, ...]:
    """Give the mice that the picture of progress shows, in its order; none where nothing was chosen there."""
    shown = address.kept(ProgressView, page="progress")
    if shown == ProgressView():
        return ()
    try:
        chosen = services.select(lab, shown, on=on)
    except AutotrainError:
        return ()  # the page of progress says what is wrong with the pattern
    return services.ordered_mice(lab, chosen, sort=shown.sort, descending=shown.order == "descending")


def picker(lab: LabView) -> None:
    """Offer every mouse, to be found by typing part of its id or of its other name."""
    aliases = dict(zip(lab.mice.index, lab.mice["subject_alias"].fillna(""), strict=True))
    st.selectbox(
        "Mouse",
        address.options(_PAGE, "subject", ["", *map(str, lab.mice.index)]),
        key=address.key(_PAGE, "subject"),
        format_func=partial(_named, aliases),
        on_change=partial(address.change, _PAGE, session=None),
        help="Type a part of its id, or of its other name.",
    )


def _named(aliases: dict[str, str], subject: str) -> str:
    alias = aliases.get(subject, "")
    return f"{subject} · {alias}" if alias else words.or_choose(subject)


def neighbours(mouse: Mouse, *, filtered: bool) -> None:
    """Offer the mouse before and the mouse after."""
    which = "in the order of Progress" if filtered else "by id"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="screen-neighbours"):
        for title, subject, icon, short in (
            ("Previous mouse", mouse.before, ":material/chevron_left:", "alt+left"),
            ("Next mouse", mouse.after, ":material/chevron_right:", "alt+right"),
        ):
            st.button(
                title,
                icon=icon,
                key=f"mouse-{title.split()[0].lower()}",
                shortcut=short,
                disabled=not subject,
                on_click=partial(go, subject),
                help=words.as_text(f"{subject}, {which}") if subject else f"There is none, {which}.",
            )
        st.caption(f"{mouse.place:,} of {mouse.places:,} {which}")


def identity(mouse: Mouse, alerts: Iterable[Alert], *, today: date) -> None:
    """Say who it is, and what needs a person."""
    st.html(f"{_identity(mouse, today)}{alerts_html(alerts)}")


def _identity(mouse: Mouse, today: date) -> str:
    view = CurriculumView(name=mouse.curriculum_name, version=mouse.curriculum_version)
    follows = link(words.curriculum(mouse.curriculum), "curricula", view) if mouse.curriculum else ""
    counts = [words.count(mouse.sessions, "session"), f"{mouse.decided:,} decided"]
    counts += [f"{mouse.gone:,} vanished from the session table"] if mouse.gone else []
    trained = words.MISSING
    if mouse.first_date and mouse.last_date:
        exact = f"{mouse.first_date:%Y-%m-%d} to {mouse.last_date:%Y-%m-%d}"
        span = f"{words.day(mouse.first_date, today)} to {words.day(mouse.last_date, today)}"
        trained = f'<span title="{exact}">{span}</span>'
    facts = [
        ("Called", words.as_html(mouse.alias)),
        ("Project", words.as_html(mouse.project)),
        ("PI", words.as_html(mouse.PI)),
        ("Trainer", words.as_html(mouse.trainer)),
        ("Rig", words.as_html(mouse.rig)),
        ("Follows", follows),
        ("Trained", trained),
        ("Sessions", ", ".join(counts)),
    ]
    listed = "".join(f"<div><dt>{title}</dt><dd>{text}</dd></div>" for title, text in facts if text)
    state = "in training" if mouse.in_training else "not in training"
    return (
        f'<div class="at-mouse"><h2><span class="at-mono">{words.as_html(mouse.subject_id)}</span> '
        f'<span class="at-mark">{state}</span></h2><dl class="at-facts">{listed}</dl></div>'
    )


def alerts_html(alerts: Iterable[Alert]) -> str:
    """Write what needs a person; nothing where nothing does."""
    lines = []
    for alert in alerts:
        sign, said = _ALERTS.get(alert.severity, ("○", "Know"))
        lines.append(
            f'<li class="at-{words.as_html(alert.severity)}"><b><span aria-hidden="true">{sign}</span> {said}:</b> '
            f"{words.as_html(alert.sentence)}</li>"
        )
    return f'<ul class="at-alerts" aria-label="Alerts">{"".join(lines)}</ul>' if lines else ""


def next_run(mouse: Mouse, sentence: str, *, colours: Colours) -> None:
    """Say what it runs next, what changes on the rig, and why."""
    st.html(_next_html(mouse, sentence, colours))
    if mouse.coming.parameters:
        with st.expander("All settings, as the rig is told them", icon=":material/tune:"):
            st.dataframe(
                [{"Setting": name, "Value": str(value)} for name, value in mouse.coming.parameters.items()],
                hide_index=True,
                alt=f"{len(mouse.coming.parameters)} settings of the next stage",
            )


def _next_html(mouse: Mouse, sentence: str, colours: Colours) -> str:
    coming = mouse.coming
    warnings = "".join(f'<p class="at-late">{words.as_html(said)}</p>' for said in remarks_on_next(mouse))
    if coming.by_people:
        return _by_people_html(mouse, sentence, colours, warnings)
    if not coming.stage:
        return f'<p class="at-none">None of its sessions was decided, so that nothing is suggested.</p>{warnings}'
    sign = words.as_html(words.decision(coming.decision))
    after = f"{sign} after session {coming.after}"
    sure = "" if mouse.certain else " <b>Not certain:</b> a missing value could have changed it."
    said = f"<p>{words.as_html(sentence)}{sure}</p>" if sentence or sure else ""
    return (
        f'<p class="at-next">{chip(mouse.curriculum, coming.stage, colours)} <span>{after}</span></p>'
        f"{said}{warnings}{_changes(coming, mouse.curriculum, colours)}"
    )


def _by_people_html(mouse: Mouse, sentence: str, colours: Colours, warnings: str) -> str:
    """Say what people decided, and what the rules would have it run instead."""
    coming = mouse.coming
    what = chip(coming.curriculum, coming.stage, colours) if coming.stage else "<b>Off its curriculum</b>"
    rules = f"<p>The rules suggest {chip(mouse.curriculum, coming.by_rules, colours)}." if coming.by_rules else ""
    said = f"{rules} {words.as_html(sentence)}</p>" if rules else ""
    changes = _changes(coming, mouse.curriculum, colours) if coming.last_stage else ""
    return f'<p class="at-next">{what} <span>by the will of people: see below</span></p>{said}{warnings}{changes}'


def remarks_on_next(mouse: Mouse) -> Iterator[str]:
    """Say what one has to know before one goes by the next stage."""
    last = mouse.rows["session"].max() if len(mouse.rows) else None
    if mouse.waiting:
        which = ", ".join(map(str, mouse.waiting[-3:]))
        yield f"Session {which} came in since the last run; the next run decides it."
    elif mouse.reason and last is not None and last != mouse.coming.after:
        yield f"Session {last} was not decided: {mouse.reason.rstrip('.')}."
    if mouse.outcome == "gone":
        yield "The session table has none of its sessions any more; what was published stands."
    if mouse.coming.problem:
        yield mouse.coming.problem


def _changes(coming: NextRun, curriculum: str, colours: Colours) -> str:
    if not coming.parameters:
        return ""
    since = chip(curriculum, coming.last_stage, colours)
    if not coming.changes:
        return f"<p>Nothing changes on the rig: it ran {since} last.</p>"
    rows = "".join(map(change_row, coming.changes))
    return (
        '<div class="at-scroll" role="region" aria-label="What changes" tabindex="0"><table class="at-table">'
        f"<caption>What changes on the rig since {since}</caption>"
        '<thead><tr><th scope="col">Setting</th><th scope="col">Was</th><th scope="col">Becomes</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def notes(mouse: Mouse, *, today: date) -> None:
    """List what people wrote, and what the runs remarked, newest session first."""
    lines = list(_remarks(mouse, today))
    if not lines:
        st.caption("Nobody wrote a note, and no run remarked on anything.")
        return
    more = f'<p class="at-small">The newest {_REMARKS} of {len(lines):,}.</p>' if len(lines) > _REMARKS else ""
    st.html(f'<ul class="at-notes">{"".join(lines[:_REMARKS])}</ul>{more}')


def _remarks(mouse: Mouse, today: date) -> Iterator[str]:
    """Write a line for each note, notice and amendment; what was said of many sessions stands there once."""
    found: dict[tuple[str, str], list[int]] = {}
    noted = mouse.rows[mouse.rows["notes"].notna()]
    for number, text in zip(noted["session"], noted["notes"], strict=True):
        found.setdefault(("note", str(text)), []).append(int(number))
    for row in mouse.notices.to_dict(orient="records"):
        number = words.text(row["session"], "")
        found.setdefault(("last run", str(row["sentence"])), []).extend([int(float(number))] if number else [])
    for row in mouse.amendments.to_dict(orient="records"):
        changed = f"{row['column']} was {words.text(row['published'])}, became {words.text(row['now'])} ({row['kind']})"
        found.setdefault(("amended by the last run", changed), []).append(int(row["session"]))
    for row in mouse.differences.to_dict(orient="records"):
        changed = f"{row['column']} {words.text(row['published'])} was published, now {words.text(row['now'])}"
        found.setdefault((f"published otherwise, {row['kind']}", changed), []).append(int(row["session"]))
    days = dict(zip(mouse.rows["session"].tolist(), mouse.rows["session_date"], strict=True))
    for (kind, text), numbers in sorted(found.items(), key=lambda each: -max(each[1], default=0)):
        which = "No session"
        if len(numbers) == 1:
            which = f"Session {numbers[0]}, {words.day(days.get(numbers[0]), today)}"
        elif numbers:
            which = f"Sessions {words.spans(numbers)}"
        yield f"<li><b>{words.as_html(which)}</b> <small>{words.as_html(kind)}</small><p>{words.as_html(text)}</p></li>"


def elsewhere(mouse: Mouse, links: Iterable[WebLink]) -> None:
    """Offer what lies elsewhere: the mouse in another database, the folder and the pictures of the session."""
    found = [WebLink(title="This mouse in the colony database", url=mouse.elsewhere)] if mouse.elsewhere else []
    found += links
    with st.container(horizontal=True, key="screen-elsewhere"):
        for each in found:
            st.link_button(words.as_text(each.title), each.url, icon=":material/open_in_new:")


def patterns(settings: Settings) -> dict[str, str]:
    """Give the addresses of a session that the settings name, by what lies there."""
    folder = {"Folder of the session": settings.app.session_link} if settings.app.session_link else {}
    return folder | dict(settings.app.pictures)


def unknown(lab: LabView, subject: str) -> None:
    """Say that there is no such mouse, and which may have been meant; of one that was enrolled, that it has begun."""
    for one in lab.people.of(subject).enrolments.values():
        if one.stands:
            begins = f"{words.curriculum(f'{one.curriculum}@{one.version}')}, at {words.stage(one.stage)}"
            st.info(words.as_text(f"{subject} is enrolled in {begins}. It has no session yet."), icon=":material/add:")
            return
    st.warning(f"This lab has no mouse {words.as_text(subject)}.", icon=":material/search_off:")
    near = services.nearest_mice(lab, subject)
    if near:
        st.caption("Perhaps one of these:")
        with st.container(horizontal=True):
            for each in near:
                st.button(words.as_text(each), key=f"mouse-near-{each}", on_click=partial(go, each))
