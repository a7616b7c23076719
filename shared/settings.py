# SPDX-License-Identifier: EUPL-1.2
"""What an operator can set: environment variables `KERNPULS_…`, checked at start, secrets also as files.

`KERNPULS_DATABASE_URL_FILE=/run/secrets/database` reads the value from that file instead.
"""

import difflib
import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.contracts.mail import deliverable
from shared.secret_files import SettingsError, given_in_files
from shared.sqlite import sqlite_url

PREFIX = "KERNPULS_"
SECRETS = ("database_url", "nats_url", "smtp_url")  # they may hold a password
FIRST_PORT = 8000
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - to reach it from here
FORMS_PER_HOUR = 30
PROJECT = Path(__file__).resolve().parents[1]

Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Every setting, its default, and what it wants (the description, which error texts end with)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    data_dir: Path = Field(Path(".kernpuls"), description="a directory this user may write in")
    database_url: str | None = Field(
        None, repr=False, description="postgresql://user:password@host/database, or leave it out for SQLite"
    )
    nats_url: str | None = Field(
        None,
        repr=False,
        description="nats://host:4222, several with commas, or leave it out for the server that `up` starts",
    )
    nats_passwords: Path | None = Field(None, description="the passwords.conf of another `up`, or nothing")
    nats_port: Port = Field(4222, description="a free port from 1 to 65535 for the server that `up` starts")
    municipality: Path = Field(
        PROJECT / "deploy" / "municipalities" / "buren.toml", description="the path of a TOML file"
    )
    host: str = Field("127.0.0.1", description="an address of this machine")
    port: Port | None = Field(None, description="a port from 1 to 65535, or leave it out")
    first_port: Annotated[int, Field(ge=1, le=65000)] = Field(
        FIRST_PORT, description="the first of six free ports in a row, from 1 to 65000: that of the site"
    )
    public_url: str | None = Field(
        None,
        description="the https:// address at which people reach the site, without a path, or leave it out",
    )
    proxy: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="the addresses or networks, with commas, of the proxy that is believed when it says who "
        "asks, or leave it out",
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="the host names by which programs reach the services, with commas, without ports"
    )
    forms_per_hour: Annotated[int, Field(ge=1)] = Field(
        FORMS_PER_HOUR, description="how many forms of a page one address may send in an hour, at least 1"
    )
    trusted_network: bool = Field(False, description="yes or no")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error"
    )
    stream_max_bytes: int = Field(
        1024**3, ge=1024**2, description="a number of bytes of at least 1048576, less than the disk holds"
    )
    access: Path | None = Field(
        None, description="the path of the TOML file that names whose tokens are believed, or leave it out"
    )
    access_keys: Path | None = Field(
        None, description="the folder with the keys of this installation's own tokens, or leave it out"
    )
    example: bool = Field(False, description="nothing: `kernpuls demo` sets it")
    theme: Path | None = Field(None, description="the path of a CSS file, or leave it out")

    smtp_url: str | None = Field(
        None,
        repr=False,
        description="smtp://user:password@host:port or smtps://…, or leave it out for a mailbox",
    )
    smtp_starttls: bool = Field(
        True,
        description="yes, or no for a mail server that offers no STARTTLS: letters go there in the clear",
    )
    delivery: Literal["live", "hold", "redirect"] = Field("live", description="live, hold or redirect")
    redirect_to: str | None = Field(None, description="the e-mail address that receives everything")
    mail_from: str | None = Field(None, description="the functional e-mail address that letters come from")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()  # a child process may have another working directory

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value and not value.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError("only PostgreSQL can hold all services in one database")
        return value

    @field_validator("theme", "access")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value and not value.is_file():
            raise ValueError(f"{value} is no file")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str | None) -> str | None:
        if value and not (value.startswith(("smtp://", "smtps://")) and urlsplit(value).hostname):
            raise ValueError("it names no mail server")
        return value

    @field_validator("redirect_to", "mail_from")
    @classmethod
    def _one_address(cls, value: str | None) -> str | None:
        return deliverable(value) if value else None

    @field_validator("public_url")
    @classmethod
    def _address_of_ours(cls, value: str | None) -> str | None:
        return None if value is None else _address(value)

    @field_validator("proxy", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        networks = tuple(each.strip() for each in value.split(",")) if isinstance(value, str) else value
        for each in networks if isinstance(networks, tuple) else ():
            ip_network(each)  # its ValueError names what is wrong
        return networks

    @field_validator("hosts", mode="before")
    @classmethod
    def _host_names(cls, value: object) -> object:
        names = tuple(name.strip().lower() for name in value.split(",")) if isinstance(value, str) else value
        for name in names if isinstance(names, tuple) else ():
            if not re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]", name):
                raise ValueError(f"{name!r} is not a host name")
        return names

    @model_validator(mode="after")
    def _somewhere_to_redirect_to(self) -> Self:
        if self.delivery == "redirect" and not self.redirect_to:
            raise ValueError(f"{PREFIX}DELIVERY is redirect: set {PREFIX}REDIRECT_TO to an e-mail address.")
        return self

    @property
    def keeps_cookies(self) -> bool:
        """Whether a session can be kept: over plain http, anybody on the way would take it over."""
        site = urlsplit(self.site_url)
        return site.scheme == "https" or site.hostname in ("localhost", "127.0.0.1", "::1")

    @property
    def is_example(self) -> bool:
        """Whether everybody may choose who they are: in the example, for who is at this machine alone."""
        return self.example and self.keeps_cookies and self.site_url == self.site_here

    @property
    def own_keys(self) -> Path:
        """Where the keys are of the tokens that this installation makes itself."""
        return self.access_keys or self.data_dir / "access"

    def database_of(self, service: str) -> str:
        """The SQLAlchemy URL of one service's store."""
        return self.database_url or sqlite_url(self.data_dir, service)

    def port_of(self, usual: int) -> int:
        """Where a service listens whose usual port is `usual` (8001 to 8005)."""
        return self.port or self.first_port + usual - FIRST_PORT

    @property
    def site_url(self) -> str:
        """The one address, for people and programs: that of the proxy that `up` starts unless another is set.
        Without a slash at its end.
        """
        return self.public_url or self.site_here

    @property
    def site_here(self) -> str:
        """Where this machine reaches the proxy that `up` starts."""
        host = ANY_ADDRESS.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.first_port}"

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The names under which a service answers beside those of loopback: a page elsewhere can have
        a name of its own point here, and would read what only its visitor may (DNS rebinding).
        """
        public = urlsplit(self.public_url or "").hostname
        return frozenset((*self.hosts, *([public] if public else ())))

    @property
    def bus_url(self) -> str:
        return self.nats_url or f"nats://127.0.0.1:{self.nats_port}"


def _address(value: str) -> str:
    """Scheme and host, without a slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("it is not the address of a site")
    if parts.query or parts.fragment or "@" in parts.netloc or not parts.netloc.isascii():
        raise ValueError("it is not the address of a site")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def load_settings() -> Settings:
    """Read the environment. Raises SettingsError, whose text is meant for the operator."""
    _refuse_unknown(os.environ)
    try:
        return Settings(**given_in_files(os.environ, PREFIX, SECRETS))
    except ValidationError as error:
        raise SettingsError(" ".join(_sentence(found) for found in error.errors())) from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            remedy = f"Did you mean {near[0]}?" if near else "Remove it."
            raise SettingsError(f"{name} is no setting of Kernpuls. {remedy}")


def _sentence(found: Any) -> str:
    message = str(found["msg"]).removeprefix("Value error, ")
    name = str(found["loc"][0])
    value = "" if name in SECRETS else f" is {found['input']!r}"
    wanted = Settings.model_fields[name].description
    return f"{PREFIX}{name.upper()}{value}: {message[0].lower()}{message[1:]}. Give {wanted}."
