"""The images hold what the program needs, nothing else, and let nobody be root."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.deploy.examples import PROJECT, faults_of, text_of


def instructions(*names: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, each with the rest of its line."""
    text = re.sub(r"^\s*#.*\n", "", text_of(*names), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, " ".join(rest.split())) for word, _, rest in (line.partition(" ") for line in lines if line.strip())]


IMAGES = [("Dockerfile",), ("deploy", "oidc", "Dockerfile")]


@pytest.mark.parametrize("names", IMAGES, ids="/".join)
def test_an_image_keeps_the_rules_of_good_images(names: tuple[str, ...]) -> None:
    steps = instructions(*names)
    last = steps[max(place for place, (word, _) in enumerate(steps) if word == "FROM") :]

    known = {
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "RUN",
        "STOPSIGNAL",
        "USER",
        "WORKDIR",
    }
    assert {word for word, _ in steps} <= known  # no ADD, no VOLUME, no MAINTAINER
    assert all(re.match(r"python:3\.\d+-slim( AS \w+)?$", rest) for word, rest in steps if word == "FROM")
    assert all(rest.startswith("/") for word, rest in steps if word == "WORKDIR")
    assert all(json.loads(rest) for word, rest in last if word in ("CMD", "ENTRYPOINT"))
    assert [rest for word, rest in last if word == "USER"] == ["10001:10001"]
    assert [word for word, _ in last].index("USER") > max(
        place for place, (word, _) in enumerate(last) if word == "RUN"
    )
    ran = " ".join(rest for word, rest in steps if word == "RUN")
    assert not re.search(r"\b(?:sudo|apt-get|apt|curl|wget)\b", ran)
    installs = re.findall(r"pip (?:--python \S+ )?install (.*?)(?= && |$)", ran)
    assert installs
    assert all("--require-hashes" in each or "--no-deps --no-build-isolation ." in each for each in installs)


def copied() -> list[tuple[str, str]]:
    """What the image takes from the project: source and place."""
    words = [rest.split() for word, rest in instructions("Dockerfile") if word == "COPY" and "--from" not in rest]
    return [(source, parts[-1]) for parts in words for source in parts[:-1]]


def test_what_the_image_copies_is_in_the_project_and_let_through(kept_files: list[Path]) -> None:
    kept = {path.relative_to(PROJECT).as_posix() for path in kept_files}
    ignore = [line for line in text_of(".dockerignore").splitlines() if line and not line.startswith("#")]

    for source, place in copied():
        assert source in kept or any(name.startswith(f"{source}/") for name in kept), source
        assert f"!{source}" in ignore, source
        assert place in ("./", f"{source}/", f"{Path(source).parent.as_posix()}/"), place

    assert ignore[0] == "*"
    assert {line[1:] for line in ignore if line.startswith("!")} == {source for source, _ in copied()}


def test_the_image_copies_all_that_the_wheel_is_made_of() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        *wheel["packages"],
        *wheel["force-include"],
        project["project"]["readme"],
        *project["project"]["license-files"],
    }

    assert needed | {"pyproject.toml", "constraints.txt"} == {source for source, _ in copied()}


def test_only_what_builds_the_program_is_taken_out_of_the_image() -> None:
    ran = " ".join(rest for word, rest in instructions("Dockerfile") if word == "RUN")
    taken = re.search(r"/opt/autotrain/bin/python uninstall --yes ([\w -]+?)(?= &&)", ran)
    assert taken is not None
    pins = re.findall(r"^([\w.-]+)==.*\n(?: +--hash.*\n)*((?: +# .*\n?)+)", text_of("constraints.txt"), re.MULTILINE)
    wanted_by = {name: set(re.findall(r"[\w.-]+", via.replace("# via", ""))) for name, via in pins}

    builders = {"hatchling"}
    builders |= {name for name, wanting in wanted_by.items() if wanting == {"hatchling"}}

    assert set(taken[1].split()) == builders


def test_the_image_finds_its_app_where_its_python_puts_it() -> None:
    steps = instructions("Dockerfile")
    pythons = {rest.split(":")[1].split("-")[0] for word, rest in steps if word == "FROM"}

    places = set(re.findall(r"lib/python([\d.]+)/site-packages", text_of("Dockerfile")))

    assert pythons == places
    assert f"Programming Language :: Python :: {places.pop()}" in text_of("pyproject.toml")


def test_what_the_image_starts_exists() -> None:
    last = {word: rest for word, rest in instructions("Dockerfile") if word in ("ENTRYPOINT", "CMD", "HEALTHCHECK")}

    assert json.loads(last["ENTRYPOINT"]) == ["autotrain"]
    assert faults_of(json.loads(last["CMD"])) == []
    assert faults_of(json.loads(last["HEALTHCHECK"].partition("CMD ")[2])[1:]) == []
