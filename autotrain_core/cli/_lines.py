"""What is logged: a line a thing that happened, to stderr, for a person or for a machine."""

import logging
import sys

_JSON = "%(asctime)s %(levelname)s %(name)s %(message)s"
_NAMES = {"asctime": "at", "levelname": "level", "name": "of"}
_QUIET = ("stamina", "botocore", "boto3", "urllib3", "filelock", "distributed")


def log_to_stderr(form: str) -> None:
    """
    Send what our own rooms log to stderr.

    Args:
        form: "json": a JSON object a line, for whoever collects logs; "text": errors only, for a person, who is told
            the rest in sentences.
    """
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        from pythonjsonlogger.json import JsonFormatter  # noqa: PLC0415 - only needed here

        handler.setFormatter(JsonFormatter(_JSON, rename_fields=_NAMES, datefmt="%Y-%m-%dT%H:%M:%S%z"))
    else:
        handler.setFormatter(logging.Formatter("Error: %(error)s"))
    ours = logging.getLogger("autotrain")
    ours.handlers = [handler]
    ours.setLevel(logging.INFO if form == "json" else logging.ERROR)
    ours.propagate = False
    for name in _QUIET:
        # Other people's libraries may tell of requests, and so of keys, at their more talkative levels.
        logging.getLogger(name).setLevel(logging.WARNING)
