"""The examples on deploying as text, and what a command line in them would mean."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from autotrain_core.cli import main

PROJECT = Path(__file__).parents[2]
VERSION = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
PROGRAM = re.compile(rf"(?:/opt/autotrain(?:-[\d.]+)?/bin/)?autotrain|(?:\S+/)?autotrain:{re.escape(VERSION)}")


def text_of(*names: str) -> str:
    """Read a file of the project."""
    return PROJECT.joinpath(*names).read_text(encoding="utf-8")


def faults_of(words: list[str]) -> list[str]:
    """What is wrong with a command line of autotrain; nothing of it is run."""
    command: click.Command = main
    waiting = list(words)
    places: list[click.Argument] = []
    while waiting:
        word = waiting.pop(0)
        name, with_value, value = word.partition("=")
        if name.startswith("-"):
            option = next((each for each in command.params if name in each.opts), None)
            if not isinstance(option, click.Option):
                return [f"{command.name} has no option {name}"]
            if option.is_flag:
                continue
            if not with_value and not waiting:
                return [f"{name} wants a value"]
            value = value if with_value else waiting.pop(0)
            if not re.fullmatch(r"[A-Z@]+", value):  # else it is a place to fill in
                option.type.convert(value, option, None)
        elif not isinstance(command, click.Group):
            if not places:
                return [f"{command.name} takes no {word}"]
            places.pop()
        elif word not in command.commands:
            return [f"{command.name} has no command {word}"]
        else:
            command = command.commands[word]
            places = [each for each in command.params if isinstance(each, click.Argument)]
    return []


def calls_in(shell: str) -> Iterator[list[str]]:
    """The words after each `autotrain` that a few lines of shell call, in a container or not."""
    for line in re.sub(r"\\\n|\d?>&\d", " ", shell).splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
        lexer.whitespace_split = True
        call: list[str] = []
        for word in [*lexer, ";"]:
            if not set(word) <= set("|&;<>()"):
                call.append(word)
                continue
            places = [place for place, each in enumerate(call) if PROGRAM.fullmatch(each)]
            if places and (places[0] == 0 or call[:2] == ["docker", "run"]):
                yield call[places[-1] + 1 :]
            call = []
