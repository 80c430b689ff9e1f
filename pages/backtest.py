"""Backtest: what other versions of a curriculum would have made of the lab's mice."""

from autotrain_ui import address, backtest_figures, backtest_parts, frame
from autotrain_ui.address import BacktestView

with frame.page("backtest") as here:
    view = address.open_view(BacktestView, page="backtest")
    if not here.lab.sessions["in_table"].any():
        backtest_parts.nothing_yet(here)
    else:
        named = backtest_parts.choose(here, view)
        shown = backtest_parts.replayed(here, view, named)
        backtest_parts.assumption()
        if shown is not None:
            backtest_parts.headline(shown)
            backtest_figures.pictures(here, view, shown)
