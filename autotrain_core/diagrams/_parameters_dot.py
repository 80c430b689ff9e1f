"""The settings of a curriculum as one picture: what changes from stage to stage, and what never does."""

from collections.abc import Iterator

import pandas as pd

from autotrain_core.diagrams._colours import Scheme, StageColour, stage_colours
from autotrain_core.diagrams._helvetica import wrapped
from autotrain_core.diagrams._look import FONT, Look, look
from autotrain_core.diagrams._parameter_table import ParameterTable, parameter_table
from autotrain_core.diagrams._written import LONGEST_NAME, LONGEST_TIP, markup, shortened
from autotrain_core.models import Curriculum

_SIZE = 10
_TITLE_WIDTH, _CELL_WIDTH, _WIDER = 104.0, 48.0, 128.0
_LONGEST_CELL = 80
# A hostile document may have thousands; people's have about forty.
_MOST_ROWS = 120


def parameters_dot(
    curriculum: Curriculum,
    *,
    dark: bool = False,
    scheme: Scheme = "even",
    constants: bool = True,
    background: bool = False,
) -> str:
    """
    Draw the settings of a curriculum as a DOT document that holds one table.

    A row for each setting, in the order of the task, with its unit; a column for each stage under the stage's
    colour; Graduated has one only where it differs from the stage before. What differs from the stage before
    stands on a tint; what repeats is pale. What never changes stands below, once.

    Args:
        curriculum: Any, with faults too.
        dark: For a dark page.
        scheme: Which colours; see `stage_colours`.
        constants: Show what never changes as well.
        background: Paint the page as well, for a file that leaves the app.

    Returns:
        DOT. Each text of the document is in it as text: shortened, and unable to become code, tag or link.
    """
    table, colours = parameter_table(curriculum), look(dark=dark)
    stages = [
        stage
        for stage in curriculum.stages
        if stage.name in table.cells.columns and not (stage.terminal and _repeats(table, stage.name))
    ]
    labels = stage_colours([stage.label for stage in curriculum.stages], scheme=scheme, dark=dark)
    heads = {stage.name: labels[stage.label] for stage in stages}
    body = "".join(_Rows(table, heads, colours).rows(constants))
    page = colours.page if background else "transparent"
    return (
        f'digraph parameters {{\ngraph [bgcolor="{page}", pad=0.08, tooltip=" "];\n'
        f'node [shape=plain, fontname="{FONT}", fontsize={_SIZE}, fontcolor="{colours.ink}", tooltip=" "];\n'
        f'table [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="3">{body}</TABLE>>];\n}}\n'
    )


def _repeats(table: ParameterTable, stage: str) -> bool:
    return stage != table.cells.columns[0] and not table.changed[stage].any()


class _Rows:
    def __init__(self, table: ParameterTable, heads: dict[str, StageColour], colours: Look) -> None:
        self.table, self.heads, self.look = table, heads, colours

    def rows(self, constants: bool) -> Iterator[str]:
        if not self.heads:
            yield f"<TR><TD>{self._font('no stage has settings', self.look.quiet)}</TD></TR>"
            return
        yield f"<TR><TD></TD>{''.join(self._head(name, colour) for name, colour in self.heads.items())}</TR>"
        same = self.table.rows["constant"].to_numpy()
        changing, unchanging = self.table.rows.index[~same], self.table.rows.index[same]
        for name in changing[:_MOST_ROWS]:
            cells = (self._cell(name, stage) for stage in self.heads)
            yield f"<TR>{self._title(name, self.look.ink)}{''.join(cells)}</TR>"
        if constants and len(unchanging):
            below = self._constants(unchanging[:_MOST_ROWS])
            yield f'<TR><TD ALIGN="LEFT" COLSPAN="{len(self.heads) + 1}">{below}</TD></TR>'
        more = sum(max(len(names) - _MOST_ROWS, 0) for names in (changing, unchanging))
        if more:
            yield f'<TR><TD ALIGN="LEFT">{self._font(f"and {more} more", self.look.quiet)}</TD></TR>'

    def _constants(self, names: pd.Index) -> str:
        """What never changes, in two columns."""
        pairs = [
            self._title(name, self.look.quiet, _WIDER)
            + f'<TD ALIGN="LEFT">{self._font(self._value(name, self.table.cells.columns[0]), self.look.ink)}</TD>'
            for name in names
        ]
        half = (len(pairs) + 1) // 2
        rows = [pairs[place] + "".join(pairs[half + place : half + place + 1]) for place in range(half)]
        said = self._font("the same in every stage", self.look.quiet, bold=True)
        told = f'<TR><TD ALIGN="LEFT" COLSPAN="4">{said}</TD></TR>'
        body = "".join(f"<TR>{row}</TR>" for row in rows)
        return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">{told}{body}</TABLE>'

    def _head(self, name: str, colour: StageColour) -> str:
        lines = wrapped(shortened(name, LONGEST_NAME), _CELL_WIDTH, _SIZE, lines=4)
        told = "<BR/>".join(self._font(line, colour.text, bold=True) for line in lines)
        return f'<TD BGCOLOR="{colour.fill}" COLOR="{colour.edge}" BORDER="1" STYLE="ROUNDED">{told}</TD>'

    def _value(self, name: str, stage: str) -> str:
        return shortened(str(self.table.cells.at[name, stage]), _LONGEST_CELL)

    def _title(self, name: str, colour: str, width: float = _TITLE_WIDTH) -> str:
        title, description = (str(self.table.rows.at[name, column]) for column in ("title", "description"))
        lines = wrapped(shortened(title, _LONGEST_CELL), width, _SIZE, lines=3)
        told = '<BR ALIGN="LEFT"/>'.join(self._font(line, colour) for line in lines)
        tip = markup(shortened("; ".join(part for part in (name, description) if part), LONGEST_TIP))
        return f'<TD ALIGN="LEFT" BALIGN="LEFT" TOOLTIP="{tip}">{told}</TD>'

    def _cell(self, name: str, stage: str) -> str:
        changed = self.table.changed.at[name, stage]
        lines = wrapped(self._value(name, stage).replace(",", ", "), _CELL_WIDTH, _SIZE, lines=4)
        colour = self.look.ink if changed or stage == next(iter(self.heads)) else self.look.quiet
        told = "<BR/>".join(self._font(line, colour) for line in lines)
        return f'<TD BGCOLOR="{self.look.marked if changed else self.look.band}">{told}</TD>'

    @staticmethod
    def _font(text: str, colour: str, *, bold: bool = False) -> str:
        # Graphviz refuses a tag with nothing in it.
        told = markup(text) or " "
        return f'<FONT COLOR="{colour}">{f"<B>{told}</B>" if bold else told}</FONT>'
