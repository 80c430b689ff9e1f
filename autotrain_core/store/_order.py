"""The order in which all homes list: that of the bytes of the keys."""

from autotrain_core.store._keys import require_key


def ordered(key: str) -> bytes:
    """Give what to sort keys by."""
    return key.encode("utf-8", "surrogatepass")


def is_key(key: str) -> bool:
    """Whether this can be asked for; others may have put there what cannot, and no listing tells of it."""
    try:
        require_key(key)
    except ValueError:
        return False
    return True
