"""The names that a pickled pandas table may hold, each under one spelling, whichever release wrote it."""

from collections.abc import Mapping
from types import MappingProxyType


def _spellings() -> dict[str, str]:
    names = {
        # Python
        "builtins slice": "slice",
        "__builtin__ slice": "slice",
        "builtins bytearray": "bytes",
        "__builtin__ bytearray": "bytes",
        "builtins bytes": "bytes",
        "__builtin__ bytes": "bytes",
        "_codecs encode": "encode",
        "datetime date": "date",
        "datetime datetime": "datetime",
        "datetime time": "time",
        "datetime timedelta": "timedelta",
        "datetime timezone": "timezone",
        "pytz _UTC": "utc",
        "pytz _p": "zone",
        # numpy
        "numpy ndarray": "ndarray",
        "numpy dtype": "dtype",
        # pandas, private places
        "pandas._libs.arrays __pyx_unpickle_NDArrayBacked": "backed",
        "pandas._libs.internals _unpickle_block": "block",
        "pandas._libs.missing NA": "NA",
        "pandas._libs.tslibs.nattype __nat_unpickle": "NaT",
        "pandas._libs.tslibs.nattype _nat_unpickle": "NaT",
        "pandas._libs.tslibs.timedeltas _timedelta_unpickle": "Timedelta",
        "pandas._libs.tslibs.timestamps _unpickle_timestamp": "Timestamp",
        "pandas.core.indexes.base _new_Index": "index",
        "pandas.core.indexes.datetimes _new_DatetimeIndex": "index",
        "pandas.core.internals.managers BlockManager": "BlockManager",
        # pandas, public constructors that `pickle_bytes` calls
        "pandas Timestamp": "Stamp",
        "pandas._libs.tslibs.timestamps Timestamp": "Stamp",
        "pandas Timedelta": "Span",
        "pandas._libs.tslibs.timedeltas Timedelta": "Span",
        # pyarrow, under the text columns of pandas 3
        "pyarrow.lib _restore_array": "arrow array",
        "pyarrow.lib py_buffer": "bytes",
        "pyarrow.lib type_for_alias": "arrow type",
    }
    for core in ("numpy.core", "numpy._core"):  # numpy 1, numpy 2
        names[f"{core}.multiarray _reconstruct"] = "array"
        names[f"{core}.multiarray scalar"] = "scalar"
        names[f"{core}.numeric _frombuffer"] = "array from buffer"
    for public, private, classes in _PANDAS_CLASSES:
        for name in classes.split():
            names[f"{public} {name}"] = names[f"{private} {name}"] = name
    return names


# Where pandas 3 says that a class lives, where pandas 1.5 to 2.3 say it, and the classes.
_PANDAS_CLASSES = (
    ("pandas", "pandas.core.frame", "DataFrame"),
    ("pandas", "pandas.core.series", "Series"),
    ("pandas", "pandas.core.indexes.base", "Index"),
    ("pandas", "pandas.core.indexes.multi", "MultiIndex"),
    ("pandas", "pandas.core.indexes.range", "RangeIndex"),
    ("pandas", "pandas.core.indexes.datetimes", "DatetimeIndex"),
    ("pandas", "pandas.core.indexes.category", "CategoricalIndex"),
    ("pandas", "pandas.core.indexes.numeric", "Int64Index UInt64Index Float64Index"),
    ("pandas.arrays", "pandas.core.arrays.datetimes", "DatetimeArray"),
    ("pandas.arrays", "pandas.core.arrays.timedeltas", "TimedeltaArray"),
    ("pandas.arrays", "pandas.core.arrays.integer", "IntegerArray"),
    ("pandas.arrays", "pandas.core.arrays.floating", "FloatingArray"),
    ("pandas.arrays", "pandas.core.arrays.boolean", "BooleanArray"),
    ("pandas.arrays", "pandas.core.arrays.string_", "StringArray"),
    ("pandas.arrays", "pandas.core.arrays.string_arrow", "ArrowStringArray"),
    ("pandas", "pandas.core.arrays.categorical", "Categorical"),
    ("pandas", "pandas.core.dtypes.dtypes", "CategoricalDtype DatetimeTZDtype"),
    ("pandas", "pandas.core.arrays.integer", "Int8Dtype Int16Dtype Int32Dtype Int64Dtype"),
    ("pandas", "pandas.core.arrays.integer", "UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype"),
    ("pandas", "pandas.core.arrays.floating", "Float32Dtype Float64Dtype"),
    ("pandas", "pandas.core.arrays.boolean", "BooleanDtype"),
    ("pandas", "pandas.core.arrays.string_", "StringDtype"),
    ("pandas", "pandas._libs.missing", "NA"),
)

NAMES: Mapping[str, str] = MappingProxyType(_spellings())
"""
"module name" to the spelling that the reader of tables knows; what is not here is refused.

Seen in pickles of protocols 2 to 5 written by pandas 1.5.3, 2.2.2, 2.3.3 and 3.1.1 with numpy 1.24 to 2.4.
"""
