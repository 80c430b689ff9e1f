"""Addresses of pictures of a session: which patterns the browser may be given."""

from collections.abc import Mapping

from autotrain_core.services import require_web_address


def checked(pictures: Mapping[str, str]) -> list[tuple[str, str]]:
    """
    Check patterns such as "https://files.lab/{name}/{name}_choice_history.png".

    Args:
        pictures: Title -> pattern; see `services.require_web_address`.

    Returns:
        (title, pattern) of each, in their order.

    Raises:
        ValueError: A pattern that is no http or https address with a literal host, or names another word.
    """
    for title, pattern in pictures.items():
        try:
            require_web_address(pattern)
        except ValueError as fault:
            raise ValueError(f"{title}: {fault}") from fault
    return list(pictures.items())
