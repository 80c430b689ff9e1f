"""What is logged: a line a thing that happened, to stderr, for a person or for a machine."""

import logging
import sys
import time

_JSON = "%(asctime)s %(levelname)s %(name)s %(message)s"
_NAMES = {"asctime": "at", "levelname": "level", "name": "of"}
_QUIET = ("stamina", "botocore", "boto3", "urllib3", "filelock", "distributed")


def log_to_stderr(form: str) -> None:
    """
    Send what our own rooms log to stderr.

    Args:
        form: "json": a JSON object a line, for whoever collects logs, times in UTC; "text": nothing, for a person, who
            is told in sentences.
    """
    ours = logging.getLogger("autotrain")
    ours.propagate = False
    ours.handlers = [logging.NullHandler()]
    if form == "json":
        from pythonjsonlogger.json import JsonFormatter  # noqa: PLC0415 - only needed here

        formatter = JsonFormatter(_JSON, rename_fields=_NAMES, datefmt="%Y-%m-%dT%H:%M:%SZ")
        formatter.converter = time.gmtime
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(formatter)
        ours.handlers = [handler]
        ours.setLevel(logging.INFO)
    for name in _QUIET:
        # Other people's libraries may tell of requests, and so of keys, at their more talkative levels.
        logging.getLogger(name).setLevel(logging.WARNING)
