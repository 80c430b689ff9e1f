"""Opening a store by its address: a folder, or a bucket."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from autotrain_core.errors import NotStoredError
from autotrain_core.store._folder import FolderHome
from autotrain_core.store._home import Home
from autotrain_core.store._probe import require_promises
from autotrain_core.store._s3 import S3Home
from autotrain_core.store._store import Store
from autotrain_core.store._trying import Patience


def open_home(url: str, *, probe: bool = True, patience: Patience | None = None) -> Home:
    """
    Open a folder or a bucket.

    Args:
        url: Path of a folder, "file:///…", or "s3://bucket" with or without "/prefix". A bucket is reached by the usual
            AWS settings: profile, region, endpoint, credentials.
        probe: Try first whether it keeps what it promises, which needs the right to write. Whoever only reads may
            leave it out.
        patience: How long a server is waited for.

    Raises:
        NotStoredError: There is no such folder or bucket, or the address is none.
        NotAllowedError: It may not be opened.
        StoreUnavailableError: It does not answer.
        UnfitStoreError: It is nothing that a store can rest on; the sentence says why and what to use.
    """
    is_bucket = url.startswith("s3://")
    home = S3Home.opened(url, patience=patience) if is_bucket else FolderHome(_folder_of(url))
    if probe:
        require_promises(home)
        home.require_fit()
    return home


def open_store(url: str, *, probe: bool = True, patience: Patience | None = None) -> Store:
    """
    Open a store; see `open_home`.

    Raises:
        NotStoredError: There is no such folder or bucket, or the address is none.
        NotAllowedError: It may not be opened.
        StoreUnavailableError: It does not answer.
        UnfitStoreError: It is nothing that a store can rest on.
    """
    return Store(open_home(url, probe=probe, patience=patience))


def _folder_of(url: str) -> Path:
    if "://" not in url:
        if not url:
            raise NotStoredError("The address of the store is empty: name a folder, or s3://bucket/prefix.")
        return Path(url).expanduser()
    address = urlsplit(url)
    if address.scheme != "file" or address.netloc not in ("", "localhost"):
        # Not shown: somebody may have written a password into it.
        kinds = "a folder, file:///… for the same, or s3://bucket/prefix"
        raise NotStoredError(
            f"The store cannot lie at an address that begins with '{address.scheme}://': name {kinds}."
        )
    return Path(url2pathname(address.path))
