"""Numbers written out as the texts they stand for: a million labels in some milliseconds."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa

from autotrain_core.rules import Ints

TEXT = pd.StringDtype(na_value=np.nan)
"""The text of a pandas column, as pandas itself reads it."""


def text_column(places: Ints, texts: Sequence[str]) -> pd.api.extensions.ExtensionArray:
    """
    Write numbers out as texts.

    Args:
        places: n places in `texts`, whole numbers of any width; negative where a text is missing.
        texts: What they stand for.

    Returns:
        n texts, as a column of pandas' `str`.
    """
    written = pa.array(list(texts), type=pa.large_string()).take(pa.array(places, mask=places < 0))
    return cast(pd.api.extensions.ExtensionArray, cast(Any, TEXT).__from_arrow__(written))
