# SPDX-License-Identifier: EUPL-1.2
"""What the containers can do beside their work: as little as can be."""

import json

import pytest

from services.suite.discovery import discover
from tests.deploy.stack import NAMES, Stack, run

PUBLISHED = ["proxy", "prometheus"]
EVERYTHING = [*NAMES, *PUBLISHED, "nats", "postgres"]
each_service = pytest.mark.parametrize("service", NAMES)

ON_THE_BUS = """
import asyncio, json, os, sys, nats
async def main():
    async def silent(error): pass
    url = open(os.environ["KERNPULS_NATS_URL_FILE"]).read().strip()
    name = os.environ["SERVICE"]
    bus = await nats.connect(url, inbox_prefix=f"_INBOX_{name}".encode(), error_cb=silent)
    accepted = []
    for entity in sys.argv[1:]:
        try:
            await bus.request(f"kernpuls.gm0214.ingen.{entity}.tried", b"", timeout=1)
            accepted.append(entity)
        except nats.errors.NoRespondersError:
            pass
    print(json.dumps(accepted))
    await bus.close()
asyncio.run(main())
"""
IN_THE_DATABASE = """
import os, sys, psycopg
url = open(os.environ["KERNPULS_DATABASE_URL_FILE"]).read().strip()
for database in sys.argv[1:]:
    try:
        psycopg.connect(url.rpartition("/")[0] + "/" + database, connect_timeout=5).close()
        print(database)
    except psycopg.OperationalError as refused:
        assert "permission denied" in str(refused), refused
"""


@each_service
def test_its_user_on_the_bus_cannot_publish_anothers_subjects(stack: Stack, service: str) -> None:
    entities = {data.TYPE.split(".")[0]: one.name for one in discover() for data in one.publishes}
    others = [entity for entity, owner in entities.items() if owner != service]
    program = ON_THE_BUS.replace('os.environ["SERVICE"]', repr(service))
    assert json.loads(stack.python(service, program, *others)) == []


@each_service
def test_its_role_enters_its_own_database_alone(stack: Stack, service: str) -> None:
    entered = stack.python(service, IN_THE_DATABASE, "postgres", "template1", *NAMES).split()
    assert entered == [service]


@pytest.mark.parametrize("part", EVERYTHING)
def test_it_runs_as_nobody_on_a_root_that_cannot_be_written(stack: Stack, part: str) -> None:
    processes = run("docker", "top", stack.container(part), "-o", "uid,pid").split("\n", 1)[1]
    assert "0" not in {line.split()[0] for line in processes.splitlines()}
    host = stack.state(part)["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Memory"]


@pytest.mark.parametrize("part", EVERYTHING)
def test_it_is_reached_from_this_machine_alone(stack: Stack, part: str) -> None:
    published = stack.state(part)["NetworkSettings"]["Ports"]
    addresses = {binding["HostIp"] for bindings in published.values() for binding in bindings or ()}
    assert addresses == ({"127.0.0.1"} if part in PUBLISHED else set())


@pytest.mark.parametrize("part", EVERYTHING)
def test_no_secret_shows_in_its_settings_or_its_log(stack: Stack, part: str) -> None:
    passwords = {
        secret.read_text().strip().rpartition("@")[0].rpartition(":")[2] or secret.read_text().strip()
        for secret in stack.secrets.iterdir()
        if secret.suffix != ".conf" and secret.read_text().strip()
    }
    shown = json.dumps(stack.state(part)["Config"]) + stack.compose("logs", "--no-color", part)
    assert not [password for password in passwords if password in shown]


@each_service
def test_the_private_key_is_with_the_one_that_keeps_the_sessions(stack: Stack, service: str) -> None:
    looked = "import json, os; print(json.dumps(sorted(os.listdir('/keys') + os.listdir('/keys/public'))))"
    private = ["private.json"] if service == "initiatives" else []
    assert json.loads(stack.python(service, looked)) == sorted(["keys.json", "public", *private])
