# SPDX-License-Identifier: EUPL-1.2
"""The routes of the proxy are those of the table of the site."""

from services.suite.discovery import discover
from services.suite.proxy import CADDYFILE, caddyfile


def test_the_file_is_what_the_table_makes_of_it() -> None:
    assert CADDYFILE.read_text() == caddyfile(), "write it again: python -m services.suite.proxy"


def test_every_service_is_found_at_its_own_port() -> None:
    for service in discover():
        assert f"{{${service.name.upper()}_AT:127.0.0.1:{service.port}}}" in CADDYFILE.read_text()
