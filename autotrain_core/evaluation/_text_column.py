"""Numbers written out as the texts they stand for: a million labels in some milliseconds."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd
import pyarrow as pa

from autotrain_core.rules import Ints

TEXT = pd.StringDtype(na_value=np.nan)
"""The text of a pandas column, as pandas itself reads it."""


Write: TypeAlias = Callable[[Ints, Sequence[str]], pd.api.extensions.ExtensionArray]


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


def category_column(places: Ints, texts: Sequence[str]) -> pd.api.extensions.ExtensionArray:
    """
    Write numbers out as categories: the same texts in a fifth of the bytes, for a journey.

    Args:
        places: n places in `texts`, whole numbers of any width, from 0.
        texts: What they stand for.

    Returns:
        n categories.
    """
    number = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    codes = np.array([number[text] for text in texts], dtype=np.int64)
    written = cast(Any, pd.Categorical).from_codes(codes[places], categories=list(number))
    return cast(pd.api.extensions.ExtensionArray, written)


def written_out(table: pd.DataFrame) -> pd.DataFrame:
    """Write the categories of a table out as texts."""
    columns = {name: table[name] for name in table.columns if isinstance(table[name].dtype, pd.CategoricalDtype)}
    return table.assign(
        **{
            name: text_column(np.asarray(column.cat.codes, dtype=np.int64), column.cat.categories.tolist())
            for name, column in columns.items()
        }
    )
