"""The store: documents, tables and the record of one home."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import pandas as pd

from autotrain_core.store._check import check
from autotrain_core.store._commits import Commits
from autotrain_core.store._documents import Document, Documents
from autotrain_core.store._home import Home
from autotrain_core.store._record import Record
from autotrain_core.store._tables import PackedTable, TableRef, Tables, pack_table


class Store:
    """
    What the program remembers: documents, tables and the record, kept in one home.

    May be used from many threads; other processes may use the same home at the same time. Every method raises
    StoreUnavailableError where the home does not answer, and NotAllowedError where it refuses.

    Attributes:
        home: Where all is kept. What lies outside of "autotrain/" there is not ours.
        record: What happened.
    """

    def __init__(self, home: Home, *, remembered: int = 256 * 1024**2) -> None:
        """
        Use a home.

        Args:
            home: Where all is kept.
            remembered: Most bytes of tables that are kept in memory for the next reader.
        """
        self.home = home
        commits = Commits(home)
        self.record = Record(commits)
        self._commits = commits
        self._documents = Documents(commits)
        self._tables = Tables(home, remembered=remembered)

    @property
    def url(self) -> str:
        """Where the store is, for people; without any secret."""
        return self.home.url

    def read(self, key: str) -> Document:
        """
        Read a document.

        Args:
            key: Names joined by "/"; a name may be any text.

        Raises:
            NotStoredError: There is none, or it was removed.
            DamagedError: Its newest version is damaged.
            ValueError: A name in the key is empty or too long.
        """
        return self._documents.read(key)

    def write(
        self, key: str, body: bytes, *, replaces: str, by: str = "", at: datetime | None = None, note: str = ""
    ) -> str:
        """
        Write a document in the place of the version that its writer saw.

        Args:
            key: Names joined by "/".
            body: UTF-8, at most 16 MiB.
            replaces: The version that it replaces; ABSENT for a new document, and for one that was removed.
            by: Who writes it.
            at: When, with a zone.
            note: Why.

        Returns:
            Its version.

        Raises:
            ConflictError: Another version is there; nothing was written.
            DocumentError: It is not UTF-8, or too large.
            DamagedError: The newest version is damaged; nothing was written.
            ValueError: A name in the key is empty or too long, or the time has no zone.
        """
        return self._documents.write(key, body, replaces=replaces, by=by, at=at, note=note)

    def remove(self, key: str, *, replaces: str, by: str = "", at: datetime | None = None, note: str = "") -> str:
        """
        Say that a document is gone. Its history stays; writing it again brings it back.

        Returns:
            The version of its absence; a writer may name it, or ABSENT, as what he replaces.

        Raises:
            ConflictError: Another version is there; nothing was removed.
            NotStoredError: There is none that could be removed.
            DamagedError: The newest version is damaged.
            ValueError: A name in the key is empty or too long, or the time has no zone.
        """
        return self._documents.remove(key, replaces=replaces, by=by, at=at, note=note)

    def update(
        self,
        key: str,
        change: Callable[[bytes | None], bytes],
        *,
        by: str = "",
        at: datetime | None = None,
        note: str = "",
        seconds: float = 60,
    ) -> str:
        """
        Read a document, change it, and write it; again and again until nobody wrote in between.

        Args:
            key: Names joined by "/".
            change: From the body that is there, None where there is none, to the one that is to be; called once for
                each attempt, so it must do nothing else. Where it changes nothing, nothing is written.
            by: Who writes it.
            at: When, with a zone.
            note: Why.
            seconds: After so long it is given up.

        Returns:
            The version that is there now.

        Raises:
            ConflictError: Others were faster, for so long; nothing was written.
            DocumentError: What `change` gave is not UTF-8, or too large.
            DamagedError: The newest version is damaged.
            ValueError: A name in the key is empty or too long, or the time has no zone.
        """
        return self._documents.update(key, change, by=by, at=at, note=note, seconds=seconds)

    def documents(self, prefix: str = "") -> tuple[str, ...]:
        """
        List the keys of the documents directly in a folder, in order; removed ones are left out.

        One listing, and for each document another one; each that was not met before is read as well. A damaged one
        is listed; whoever reads it is told.

        Args:
            prefix: The folder, such as "drafts/"; empty for the outermost.
        """
        return self._documents.below(prefix)

    def history(self, key: str, *, most: int | None = None) -> tuple[Document, ...]:
        """
        List the versions of a document, the newest first; removals are among them.

        Args:
            key: Names joined by "/".
            most: Only so many; all where None.

        Raises:
            NotStoredError: There is none, and there never was.
            DamagedError: A version is damaged.
        """
        return self._documents.history(key, most=most)

    def save_table(self, name: str, table: pd.DataFrame) -> TableRef:
        """
        Save a table; one that is saved already is not written again.

        Args:
            name: What to call it; many tables may have one name.
            table: Columns of numbers, truth values, texts, dates and times. Its index is not kept. Rows of one
                mouse are best kept together: then few of them can be read alone.

        Returns:
            What to read it by. Note it in a document or an event: nothing else leads to the table.

        Raises:
            TableError: It holds what would not come back as it is.
            DamagedError: What lies in its place is not this table.
            ValueError: The name is empty or too long.
        """
        return self.save_packed(pack_table(name, table))

    def save_packed(self, packed: PackedTable) -> TableRef:
        """
        Save a table that was made ready; one that is saved already is not written again.

        Raises:
            DamagedError: What lies in its place is not this table.
        """
        return self._tables.save(packed)

    def load_table(
        self, ref: TableRef, *, columns: Sequence[str] | None = None, subjects: Collection[str] | None = None
    ) -> pd.DataFrame:
        """
        Read a table, or a part of it.

        A whole table is compared with its hash, and so is every small one. Of a large one only what is wanted is
        fetched, and each page of that is compared with its own checksum.

        Args:
            ref: What `save_table` gave.
            columns: Those that are wanted, in this order; all where None.
            subjects: Only rows with one of these in `subject_id`; all where None.

        Returns:
            A table of your own, on a fresh index, with the rows in the order in which they were saved. Texts are of
            dtype str, also where they were objects or categories; what was missing is missing.

        Raises:
            NotStoredError: It is not there.
            DamagedError: What is there is not what was saved.
            MissingColumnError: It has no such column.
            TableError: Some subjects are wanted, and its subjects are no texts.
        """
        return self._tables.load(ref, columns=columns, subjects=subjects)

    def check(self, *, thorough: bool = False) -> tuple[str, ...]:
        """
        Look at everything that lies under "autotrain/", and say what is foreign, missing or damaged.

        Reads the newest version of every document, and every entry of the record.

        Args:
            thorough: Read the older versions of the documents, too, and every table; else only the sizes of tables
                are looked at.

        Returns:
            A sentence for each thing that is wrong; none where nothing is.
        """
        return check(self._commits, thorough=thorough)
