"""Without a provider to sign in with, nobody but this computer is served, by none of the ways around."""

import pytest

from autotrain_core.errors import DocumentError
from autotrain_ui.openness import has_provider, is_loopback, is_same_site, refusal

AUTH = {
    "redirect_uri": "https://mice.example.org/oauth2callback",
    "cookie_secret": "0123456789abcdef" * 4,
    "client_id": "autotrain",
    "client_secret": "secret",
    "server_metadata_url": "https://id.example.org/.well-known/openid-configuration",
}


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "app.localhost",
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
    ],
)
def test_these_names_mean_this_computer(name: str) -> None:
    assert is_loopback(name)


@pytest.mark.parametrize(
    "name",
    [
        None, "", "0.0.0.0", "::", "10.0.0.1", "192.168.1.4", "example.org", "localhost.example.org", "127.0.0.1.nip.io", "notlocalhost",
        "2130706433", "::ffff:10.0.0.1", "1.0.0.127",
    ],
)  # fmt: skip
def test_these_names_may_mean_another(name: str | None) -> None:
    assert not is_loopback(name)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.4", "example.org"])
def test_without_a_provider_no_other_address_is_served(address: str | None) -> None:
    sentence = refusal(address, "localhost:8501", has_provider=False)

    assert "no provider to sign in with" in sentence
    assert "secrets.toml" in sentence


@pytest.mark.parametrize(
    "host", ["mice.example.org", "mice.example.org:8501", "127.0.0.1.nip.io", "10.0.0.1:8501", "[::2]:80", "[::1"]
)
def test_a_stranger_who_gave_a_name_the_address_of_this_computer_is_refused(host: str) -> None:
    assert "names of this computer" in refusal("127.0.0.1", host, has_provider=False)


@pytest.mark.parametrize(
    "host", [None, "", "localhost", "localhost:8501", "127.0.0.1:8501", "[::1]:8501", "app.localhost:8501"]
)
def test_this_computer_is_served(host: str | None) -> None:
    assert refusal("127.0.0.1", host, has_provider=False) == ""
    assert refusal("localhost", host, has_provider=False) == ""


def test_with_a_provider_everybody_may_come_and_sign_in() -> None:
    assert refusal(None, "mice.example.org", has_provider=True) == ""
    assert refusal("0.0.0.0", "evil.example.org", has_provider=True) == ""


def test_no_secrets_mean_no_provider_and_whole_ones_mean_one() -> None:
    assert has_provider(None) is False
    assert has_provider(AUTH) is True


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cookie_secret": ""}, "cookie_secret has to be 32"),
        ({"cookie_secret": "short"}, "cookie_secret has to be 32"),
        ({"cookie_secret": 7}, "cookie_secret has to be 32"),
        ({"redirect_uri": ""}, "redirect_uri has to be"),
        ({"redirect_uri": "https://mice.example.org/"}, "redirect_uri has to be"),
        ({"client_id": ""}, "client_id is missing"),
        ({"client_secret": ""}, "client_secret is missing"),
        ({"server_metadata_url": ""}, "server_metadata_url is missing"),
    ],
)
def test_secrets_that_would_let_nobody_in_are_refused_with_a_reason(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        has_provider({**AUTH, **wrong})

    assert said in str(caught.value)


def test_everything_that_is_wrong_with_the_secrets_is_said_at_once_and_no_secret_is() -> None:
    with pytest.raises(DocumentError) as caught:
        has_provider({"cookie_secret": "my-own-dog"})

    assert str(caught.value).count("\n") == 5
    assert "my-own-dog" not in str(caught.value)


@pytest.mark.parametrize(
    ("origin", "host", "known", "ours"),
    [
        ("http://localhost:8501", "localhost:8501", "", True),
        ("https://mice.example.org", "mice.example.org", "", True),
        ("https://mice.example.org", "127.0.0.1:8501", "https://mice.example.org/oauth2callback", True),
        (None, "localhost:8501", "", True),
        ("http://localhost:9999", "localhost:8501", "", False),
        ("http://127.0.0.1:8501", "localhost:8501", "", False),
        ("https://evil.example.org", "mice.example.org", "https://mice.example.org/oauth2callback", False),
        ("null", "localhost:8501", "", False),
        ("", "", "", False),
    ],
)
def test_only_a_page_of_ours_opens_a_connection(origin: str | None, host: str, known: str, ours: bool) -> None:
    assert is_same_site(origin, host, known=known) is ours
