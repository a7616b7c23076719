# SPDX-License-Identifier: EUPL-1.2
"""Which tokens are believed: each bad one is refused, for its own reason, and nothing of it is logged."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import KeySet, OKPKey, RSAKey
from structlog.testing import capture_logs

from shared.access import keys as keys_module
from shared.access.actor import NOBODY
from shared.access.door import Door
from shared.access.issuers import Issuer
from shared.contracts.refusals import NotKnown

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, AUDIENCE = "https://login.waterrijk.example", "kernpuls-0999"
HEADER = {"alg": "PS256", "typ": "at+jwt", "kid": "first"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "8f14e45f",
    "iat": AT,
    "exp": AT + 600,
    "roles": ["app-budget", "app-other"],
    "scope": "read import openid",
    "employee": "o-17",
    "name": "Anna de Vries",
}
KEY = RSAKey.generate_key(2048, {"kid": "first"})
OTHER = RSAKey.generate_key(2048, {"kid": "first"})


class Provider:
    """Whose keys lie in a file, which it may change."""

    def __init__(self, folder: Path) -> None:
        self.file, self.now = folder / "keys.json", NOW
        self.has(KEY)
        self.issuer = Issuer(
            issuer=ISSUER,
            audience=AUDIENCE,
            keys=str(self.file),
            roles={"app-budget": "budget-holder"},
            scopes=frozenset({"read"}),
            officer_claim="employee",
        )
        self.door = Door([self.issuer], lambda: self.now)

    def has(self, *known: RSAKey) -> None:
        self.file.write_text(json.dumps(KeySet(list(known)).as_dict(private=False)))


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    return Provider(tmp_path)


def signed(header: Mapping[str, Any] = {}, key: Any = KEY, **claims: Any) -> str:
    said = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    whole = HEADER | dict(header)
    return jwt.encode(whole, said, key, algorithms=[whole["alg"]])


def raw(claims: str, header: str = json.dumps(HEADER)) -> str:
    return jws.serialize_compact(json.loads(header), claims, KEY, algorithms=["PS256"])


def bearer(token: str) -> Mapping[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_token_says_who_sends_it_in_our_words(provider: Provider) -> None:
    actor = await provider.door.who(bearer(signed()))
    assert (actor.kind, actor.issuer, actor.subject) == ("person", ISSUER, "8f14e45f")
    assert sorted([*actor.roles, *actor.scopes]) == ["budget-holder", "read"]  # not what was not named
    assert (actor.officer_id, actor.name) == ("o-17", "Anna de Vries")
    assert "Anna" not in repr(actor)


async def test_one_without_a_role_is_a_machine(provider: Provider) -> None:
    actor = await provider.door.who(bearer(signed(roles=None, scope="read")))
    assert (actor.kind, [*actor.roles, *actor.scopes]) == ("machine", ["read"])


async def test_without_a_token_it_is_nobody(provider: Provider) -> None:
    assert await provider.door.who({}) is NOBODY
    assert await Door([], lambda: NOW).who({}) is NOBODY


def unsigned() -> str:
    parts = [json.dumps(HEADER | {"alg": "none"}), json.dumps(CLAIMS)]
    return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts) + "."


def signed_with_the_public_key() -> str:
    """By hand: the library refuses to make one."""
    parts = [json.dumps(HEADER | {"alg": "HS256"}), json.dumps(CLAIMS)]
    said = ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)
    made = hmac.digest(KEY.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def changed() -> str:
    head, claims, signature = signed().split(".")
    other = signed(roles=["app-budget", "root"]).split(".")[1]
    assert claims != other
    return ".".join((head, other, signature))


TWICE = json.dumps(CLAIMS)[:-1] + ', "sub": "somebody else"}'
BAD: dict[str, tuple[Callable[[], str], str]] = {
    "no signature": (unsigned, "algorithm"),
    "signed with the public key": (signed_with_the_public_key, "algorithm"),
    "changed": (changed, "signature"),
    "another key": (lambda: signed(key=OTHER), "signature"),
    "an unknown key": (lambda: signed({"kid": "nobody's"}), "signature"),
    "a key of its own": (lambda: signed({"jwk": OTHER.as_dict(private=False)}, OTHER), "signature"),
    "another algorithm": (lambda: signed({"alg": "RS256"}), "algorithm"),
    "an extension": (
        lambda: raw(json.dumps(CLAIMS)).replace(*_header({"crit": ["exp"], "exp": AT})),
        "algorithm",
    ),
    "expired": (lambda: signed(iat=AT - 700, exp=AT - 61), "expired"),
    "a clock ten minutes ahead": (lambda: signed(iat=AT + 600, exp=AT + 900), "not yet"),
    "not yet": (lambda: signed(nbf=AT + 61), "not yet"),
    "of another audience": (lambda: signed(aud="kernpuls-0998"), "audience"),
    "of no audience": (lambda: signed(aud=None), "audience"),
    "of another issuer": (lambda: signed(iss="https://login.example"), "issuer"),
    "of no issuer": (lambda: signed(iss=None), "issuer"),
    "an ID token": (lambda: signed({"typ": "JWT"}), "type"),
    "of no type": (lambda: signed({"typ": ""}), "type"),
    "a claim twice": (lambda: raw(TWICE), "a name twice"),
    "for ever": (lambda: signed(exp=10**18), "life"),
    "for a day": (lambda: signed(exp=AT + 24 * 3600), "life"),
    "an end before its beginning": (lambda: signed(iat=AT + 30, exp=AT + 20), "life"),
    "a text for an end": (lambda: signed(exp=str(AT + 600)), "exp"),
    "a fraction": (lambda: raw(json.dumps(CLAIMS | {"exp": AT + 600.5})), "exp"),
    "no end": (lambda: raw(json.dumps({k: v for k, v in CLAIMS.items() if k != "exp"})), "exp"),
    "of nobody": (lambda: signed(sub=""), "subject"),
    "a number for a subject": (lambda: raw(json.dumps(CLAIMS | {"sub": 7})), "subject"),
    "a name for an officer": (lambda: signed(employee="Anna de Vries"), "officer id"),
    "a subject that cannot be written": (lambda: signed(sub="a\0b"), "subject"),
    "no object": (lambda: raw("[1]"), "form"),
    "no JSON": (lambda: raw("{"), "form"),
    "deep": (lambda: raw("[" * 2500 + "]" * 2500), "form"),
    "two parts": (lambda: "a.b", "form"),
    "a megabyte": (lambda: signed(name="a" * 10**6), "length"),
}


def _header(more: Mapping[str, Any]) -> tuple[str, str]:
    def part(header: Mapping[str, Any]) -> str:
        return (
            base64.urlsafe_b64encode(json.dumps(header, separators=(",", ":")).encode()).rstrip(b"=").decode()
        )

    return part(HEADER), part(HEADER | dict(more))


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_token_is_refused_and_not_logged(provider: Provider, name: str) -> None:
    make, reason = BAD[name]
    token = make()
    with capture_logs() as lines, pytest.raises(NotKnown, match=rf"\({reason}\)") as refused:
        await provider.door.who(bearer(token))
    assert token[:50] not in str(refused.value) + str(lines)


@pytest.mark.parametrize("sent", ["", "Basic YTpi", "token"])
async def test_the_password_of_a_gateway_is_not_for_us(provider: Provider, sent: str) -> None:
    assert await provider.door.who({"authorization": sent}) is NOBODY


async def test_a_key_that_we_do_not_know_keeps_nobody_out(provider: Provider) -> None:
    odd = [{"kty": "RSA", "kid": "a", "e": "AQAB"}, {"kty": "OKP", "crv": "X", "kid": "b"}, 7]
    provider.file.write_text(json.dumps({"keys": [*odd, KEY.as_dict(private=False)]}))
    assert (await provider.door.who(bearer(signed()))).subject


async def test_the_session_id_of_a_provider_is_none_of_ours(provider: Provider) -> None:
    assert (await provider.door.who(bearer(signed(sid="s1")))).session == ""


async def test_a_token_ends_also_while_it_is_remembered(provider: Provider) -> None:
    token = bearer(signed())
    await provider.door.who(token)
    provider.now = datetime.fromtimestamp(AT + 661, UTC)
    with pytest.raises(NotKnown, match="expired"):
        await provider.door.who(token)


async def test_a_new_key_is_found_without_a_restart(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a new id, and under one that was there: some providers do that."""
    monkeypatch.setattr(keys_module, "AT_MOST_EVERY", 0.0)
    await provider.door.who(bearer(signed()))
    second = RSAKey.generate_key(2048, {"kid": "second"})
    provider.has(OTHER, second)
    assert (await provider.door.who(bearer(signed({"kid": "second"}, second)))).subject
    assert (await provider.door.who(bearer(signed(key=OTHER)))).subject


async def test_tokens_of_nobody_have_no_provider_asked_more_than_once_a_minute(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = keys_module.Keys._read

    async def counted(self: keys_module.Keys) -> bytes:
        asked.append(self.place)
        return await read(self)

    monkeypatch.setattr(keys_module.Keys, "_read", counted)
    for number in range(20):
        with pytest.raises(NotKnown):
            await provider.door.who(bearer(signed({"kid": f"k{number}"})))
    assert len(asked) == 1


async def test_a_provider_that_is_away_keeps_nobody_out_whose_key_is_known(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "AT_MOST_EVERY", 0.0)
    await provider.door.who(bearer(signed()))
    provider.file.unlink()
    with pytest.raises(NotKnown, match="signature"):
        await provider.door.who(bearer(signed({"kid": "unknown"})))
    assert (await provider.door.who(bearer(signed(sub="another")))).subject == "another"


async def test_an_edwards_key_does_too(provider: Provider, tmp_path: Path) -> None:
    key = OKPKey.generate_key("Ed25519", {"kid": "first"})
    provider.file.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    assert (await provider.door.who(bearer(signed({"alg": "Ed25519"}, key)))).subject
