"""Curricula as pictures: colours of the stages, graphs, tables, places on a canvas, and files of them."""

from autotrain_core.diagrams._colours import DARK_PAGE, LIGHT_PAGE, Scheme, StageColour, stage_colours
from autotrain_core.diagrams._layout import NODE_HEIGHT, NODE_WIDTH, Flow, Layout, Place, Route, layout
from autotrain_core.diagrams._parameter_table import ParameterTable, parameter_table
from autotrain_core.diagrams._parameters_dot import parameters_dot
from autotrain_core.diagrams._render import Form, render
from autotrain_core.diagrams._rules_dot import NodeNote, rules_dot
from autotrain_core.diagrams._short_words import short_words

__all__ = [
    "DARK_PAGE",
    "LIGHT_PAGE",
    "NODE_HEIGHT",
    "NODE_WIDTH",
    "Flow",
    "Form",
    "Layout",
    "NodeNote",
    "ParameterTable",
    "Place",
    "Route",
    "Scheme",
    "StageColour",
    "layout",
    "parameter_table",
    "parameters_dot",
    "render",
    "rules_dot",
    "short_words",
    "stage_colours",
]
