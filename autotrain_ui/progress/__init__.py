"""The Progress picture: every mouse a row, every session a cell, drawn on a canvas of our own."""

from autotrain_ui.progress._chart import progress_chart
from autotrain_ui.progress._events import Span, chosen
from autotrain_ui.progress._picture import DETAILED, Axis, Picture, StageColour, picture_of

__all__ = ["DETAILED", "Axis", "Picture", "Span", "StageColour", "chosen", "picture_of", "progress_chart"]
