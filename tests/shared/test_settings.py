# SPDX-License-Identifier: EUPL-1.2
"""Every wrong setting is named, with what is wrong and what to do."""

from pathlib import Path

import pytest

from services.suite.discovery import discover
from shared.secret_files import SettingsError
from shared.settings import FIRST_PORT, load_settings


def refusal() -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return str(refused.value)


def test_the_defaults_work() -> None:
    settings = load_settings()
    assert settings.data_dir == Path(".kernpuls").absolute()
    assert settings.municipality.is_file()
    assert settings.bus_url == "nats://127.0.0.1:4222"
    assert settings.database_of("budget").endswith(".kernpuls/budget.sqlite")
    assert settings.port_of(8002) == 8002


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KERNPULS_PORT", "0"),
        ("KERNPULS_NATS_PORT", "4222.5"),
        ("KERNPULS_LOG_LEVEL", "loud"),
        ("KERNPULS_TRUSTED_NETWORK", "perhaps"),
        ("KERNPULS_STREAM_MAX_BYTES", "12"),
        ("KERNPULS_THEME", "/nowhere.css"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    text = refusal()
    assert name in text
    assert value in text
    assert "Give " in text


def test_a_misspelt_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNPULS_DATABSE_URL", "postgresql://x/y")
    assert "Did you mean KERNPULS_DATABASE_URL?" in refusal()


def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNPULS_DATABASE_URL", "mysql://me:geheim@host/x")
    assert "geheim" not in refusal()
    monkeypatch.setenv("KERNPULS_DATABASE_URL", "postgresql://me:geheim@host/x")
    assert "geheim" not in repr(load_settings())


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.touch(0o640)
    secret.write_text("postgresql://me:geheim@host/x\n")
    monkeypatch.setenv("KERNPULS_DATABASE_URL_FILE", str(secret))
    assert load_settings().database_of("budget") == "postgresql://me:geheim@host/x"
    monkeypatch.setenv("KERNPULS_DATABASE_URL", "postgresql://other/y")
    assert "both set" in refusal()
    monkeypatch.delenv("KERNPULS_DATABASE_URL")
    secret.unlink()
    assert "KERNPULS_DATABASE_URL_FILE" in refusal()


def test_a_secret_that_anybody_may_read_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://me:geheim@host/x\n")
    secret.chmod(0o644)
    monkeypatch.setenv("KERNPULS_DATABASE_URL_FILE", str(secret))
    assert f"chmod o= {secret}" in refusal()
    assert "geheim" not in refusal()


def test_side_by_side_suites_move_all_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNPULS_FIRST_PORT", "9100")
    assert load_settings().port_of(8002) == 9102


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KERNPULS_PUBLIC_URL", "kern.buren.example"),
        ("KERNPULS_PUBLIC_URL", "ftp://kern.buren.example"),
        ("KERNPULS_PUBLIC_URL", "https://me:geheim@kern.buren.example"),
        ("KERNPULS_PUBLIC_URL", "https://kern.buren.example/pad"),
        ("KERNPULS_PUBLIC_URL", "https://kern.buren.example?x"),
        ("KERNPULS_PROXY", "*"),
        ("KERNPULS_PROXY", "127.0.0.1,"),
        ("KERNPULS_PROXY", "kern.buren.example"),
        ("KERNPULS_HOSTS", "kern.buren.example,*"),
        ("KERNPULS_HOSTS", "kern.buren.example:8000"),
        ("KERNPULS_HOSTS", "kern.buren.example,"),
        ("KERNPULS_MAIL_FROM", "kern@[buren.example"),
        ("KERNPULS_REDIRECT_TO", "mailto:proef@buren.example"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert name in refusal()


def test_there_is_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().site_url == "http://127.0.0.1:8000"
    monkeypatch.setenv("KERNPULS_HOST", "0.0.0.0")
    monkeypatch.setenv("KERNPULS_FIRST_PORT", "9100")
    assert load_settings().site_url == "http://127.0.0.1:9100"
    monkeypatch.setenv("KERNPULS_PUBLIC_URL", "https://kern.buren.example/")
    assert load_settings().site_url == "https://kern.buren.example"


def test_the_address_of_the_site_is_no_services() -> None:
    assert sorted({FIRST_PORT, *(service.port for service in discover())}) == list(range(8000, 8006))


def test_the_host_of_the_public_address_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNPULS_PUBLIC_URL", "https://Kern.buren.example:8443/")
    monkeypatch.setenv("KERNPULS_HOSTS", "initiatives, Intern.buren.example")
    settings = load_settings()
    assert settings.public_url == "https://kern.buren.example:8443"
    assert settings.allowed_hosts == {"kern.buren.example", "initiatives", "intern.buren.example"}
