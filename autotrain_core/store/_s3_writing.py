"""
One write to a bucket, and whether it was ours that came through.

The answer to a write can be lost after the write was carried out. Asked again, the server then says that somebody was
faster: we ourselves. So every write carries an id, and while an earlier attempt is in doubt the id is read back.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from autotrain_core.errors import AutotrainError, ConflictError, NotStoredError, StoreUnavailableError
from autotrain_core.store._home import ABSENT
from autotrain_core.store._labels import WRITE_ID
from autotrain_core.store._s3_server import Server
from autotrain_core.store._trying import TroubleError, tried

_ID = re.compile(r"[0-9a-f]{8,64}")


def version_of(answer: Mapping[str, Any]) -> str:
    """
    Give the version of an object: the id of its write, a dot, its ETag.

    An ETag alone is a hash of the content, and cannot tell a return to the same content from no change at all. What
    others wrote has no id; then it must do.
    """
    write_id = str(answer.get("Metadata", {}).get(WRITE_ID, ""))
    return f"{write_id if _ID.fullmatch(write_id) else ''}.{answer['ETag'].strip(chr(34))}"


class Writing:
    """One `put` with all its attempts."""

    def __init__(self, server: Server, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str]) -> None:
        self.server, self.key, self.body, self.replaces = server, key, body, replaces
        self.id = secrets.token_hex(16)
        self.metadata = {**labels, WRITE_ID: self.id}
        self.in_doubt = False

    def run(self) -> str:
        """
        Write, and give the version.

        Raises:
            ConflictError: Another version is there.
            StoreUnavailableError: It was not written, or it is not known; the sentence says which.
        """
        try:
            if self.replaces != ABSENT:
                tried(self._require_replaced, self.server.patience)
            return tried(self._attempt, self.server.patience)
        except TroubleError as trouble:
            if not self.in_doubt:
                raise trouble.told from trouble.__cause__
            return self._settled_at_last(trouble)

    def _require_replaced(self) -> None:
        # The condition that the server checks is on the content only; the id of the write is checked here.
        if (found := self._found()) != self.replaces:
            raise ConflictError(self.key, expected=self.replaces, found=found)

    def _attempt(self) -> str:
        etag = self.replaces.partition(".")[2]
        condition = {"IfMatch": f'"{etag}"'} if self.replaces != ABSENT else {"IfNoneMatch": "*"}
        try:
            answer = self.server.ask("put_object", self.key, Body=self.body, Metadata=self.metadata, **condition)
        except TroubleError as trouble:
            if trouble.status == 412 or (trouble.status == 404 and self.replaces != ABSENT):
                return self._settled()
            self.in_doubt |= trouble.doubtful
            raise
        return version_of({**answer, "Metadata": self.metadata})

    def _settled(self) -> str:
        """Say what it means that the server found another version."""
        found = self._found()
        if self._is_ours(found):
            return found
        if found == self.replaces:
            told = StoreUnavailableError(f"{self.server.url} cannot decide what version of {self.key} it holds.")
            raise TroubleError(told, again=True)
        # What is created once and never replaced, as our commits are, cannot have been ours in between.
        if self.in_doubt and ABSENT not in (self.replaces, found):
            raise self._unknown("another has written it since")
        raise ConflictError(self.key, expected=self.replaces, found=found)

    def _settled_at_last(self, trouble: TroubleError) -> str:
        try:
            found = self._found()
        except (TroubleError, AutotrainError):
            raise self._unknown(str(trouble.told)) from trouble.__cause__
        if self._is_ours(found):
            return found
        if found == self.replaces:
            seen = "it was not there when we looked last, and a late request may still arrive"
            raise self._unknown(f"{seen}. {trouble.told}") from trouble.__cause__
        if self.replaces == ABSENT:
            raise ConflictError(self.key, expected=self.replaces, found=found) from trouble.__cause__
        raise self._unknown(f"another has written it since. {trouble.told}") from trouble.__cause__

    def _found(self) -> str:
        try:
            return version_of(self.server.ask("head_object", self.key))
        except TroubleError as trouble:
            if isinstance(trouble.told, NotStoredError):
                return ABSENT
            raise

    def _is_ours(self, found: str) -> bool:
        return found.partition(".")[0] == self.id

    def _unknown(self, why: str) -> StoreUnavailableError:
        return StoreUnavailableError(f"It is not known whether {self.key} was written: {why.rstrip('.')}. Look again.")
