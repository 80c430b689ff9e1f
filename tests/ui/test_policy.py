"""The security headers allow what the app needs, and nothing that a stranger could want."""

import base64
import hashlib
from pathlib import Path

import pytest

from autotrain_ui.policy import inline_scripts, origins, security_headers


def rules(**given) -> dict[str, list[str]]:
    policy = security_headers(**given)["Content-Security-Policy"]
    return {words[0]: words[1:] for words in (rule.split() for rule in policy.split("; "))}


def test_nothing_comes_from_elsewhere() -> None:
    allowed = {source for sources in rules().values() for source in sources}

    assert allowed == {"'self'", "'none'", "'unsafe-eval'", "'wasm-unsafe-eval'", "'unsafe-inline'", "data:", "blob:"}
    assert "'unsafe-inline'" not in rules()["script-src"]


def test_no_other_site_shows_the_app_in_a_frame() -> None:
    assert rules()["frame-ancestors"] == ["'self'"]


def test_pictures_come_from_where_the_settings_say_and_scripts_do_not() -> None:
    found = rules(pictures=origins(["https://pictures.example.org/{name}/a.png"]))

    assert "https://pictures.example.org" in found["img-src"]
    assert not any(
        "example.org" in source for name, sources in found.items() for source in sources if name != "img-src"
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://s3.example.org/bucket/{subject_id}_{session_date}.png", ("https://s3.example.org",)),
        ("http://10.0.0.4:9000/{name}.png", ("http://10.0.0.4:9000",)),
        ("", ()),
        ("https://{name}.example.org/a.png", ()),
        ("https://a.example.org;script-src *", ()),
        ("https://a.example.org,b/c", ()),
    ],
)
def test_only_a_plain_origin_is_one(address: str, expected: tuple[str, ...]) -> None:
    assert origins([address]) == expected


def test_each_origin_is_named_once() -> None:
    assert origins(["https://a.example.org/1", "https://a.example.org/2", "https://b.example.org/1"]) == (
        "https://a.example.org",
        "https://b.example.org",
    )


def test_a_script_that_stands_in_a_page_is_known_by_its_hash(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text('<head><script>\n  let a = 1\n</script><script src="x.js"></script></head>', encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(b"\n  let a = 1\n").digest()).decode()

    assert inline_scripts([page, tmp_path / "missing.html"]) == (f"'sha256-{digest}'",)
