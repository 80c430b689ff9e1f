"""The words that rigs, tables and documents of today have agreed on, with both of their spellings."""

from enum import Enum
from typing import Final


class Decision(Enum):
    """What a rule decides: documents hold the value, tables the name."""

    STAY = "stay"
    PROGRESS = "progress"
    ROLLBACK = "rollback"


class TrainingStage(Enum):
    """The stages that schema 1.0 knows: documents hold the value, tables and rigs the name."""

    STAGE_1_WARMUP = "Stage 1 w/warmup"
    STAGE_1 = "Stage 1"
    STAGE_2 = "Stage 2"
    STAGE_3 = "Stage 3"
    STAGE_4 = "Stage 4"
    STAGE_5 = "Stage 5"
    STAGE_FINAL = "Stage final"
    GRADUATED = "Graduated"


TODAY: Final = "1.0"
"""The document format that today's programs read and write."""

FREE: Final = "2.0"
"""The document format with free stage names and any task; today's programs do not list it."""

SCHEMA_VERSIONS: Final = (TODAY, FREE)

GRADUATED = TrainingStage.GRADUATED.value
"""The stage that every curriculum ends in, listed or not: mice that reach it stay."""

STAGE_LABELS = {stage.value: stage.name for stage in TrainingStage}
"""Stage as in a document -> stage as in tables and on rigs."""
