"""The tables of the example lab: one row a session as rigs file it, and one row a mouse with the truth about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from autotrain_core.evaluation._calendar import dates_of
from autotrain_core.evaluation._lab_people import PIS, PROJECTS, rig_names, trainer_names
from autotrain_core.evaluation._lab_stages import Stages
from autotrain_core.evaluation._lab_training import Trained
from autotrain_core.evaluation._learning import LEARNERS, METRICS
from autotrain_core.rules import Ints
