"""Documents, tables and the record, kept in a folder, in a bucket or in memory, so that nothing is lost."""

from autotrain_core.store._home import ABSENT, LARGEST, Head, Home, Listed
from autotrain_core.store._keys import as_name, from_name, require_key
from autotrain_core.store._memory import MemoryHome

__all__ = [
    "ABSENT",
    "LARGEST",
    "Head",
    "Home",
    "Listed",
    "MemoryHome",
    "as_name",
    "from_name",
    "require_key",
]
