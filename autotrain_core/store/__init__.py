"""Documents, tables and the record, kept in a folder, in a bucket or in memory, so that nothing is lost."""

from autotrain_core.store._documents import Document
from autotrain_core.store._events import Entry, Event, Json, Receipt
from autotrain_core.store._folder import FolderHome
from autotrain_core.store._home import ABSENT, LARGEST, Head, Home, Listed
from autotrain_core.store._keys import as_name, from_name, require_key
from autotrain_core.store._memory import MemoryHome
from autotrain_core.store._open import open_home, open_store
from autotrain_core.store._record import Record
from autotrain_core.store._s3 import S3Home
from autotrain_core.store._s3_traffic import Traffic
from autotrain_core.store._store import Store
from autotrain_core.store._tables import PackedTable, TableRef, pack_table
from autotrain_core.store._trying import Patience
from autotrain_core.store._verify import Verified

__all__ = [
    "ABSENT",
    "LARGEST",
    "Document",
    "Entry",
    "Event",
    "FolderHome",
    "Head",
    "Home",
    "Json",
    "Listed",
    "MemoryHome",
    "PackedTable",
    "Patience",
    "Receipt",
    "Record",
    "S3Home",
    "Store",
    "TableRef",
    "Traffic",
    "Verified",
    "as_name",
    "from_name",
    "open_home",
    "open_store",
    "pack_table",
    "require_key",
]
