# SPDX-License-Identifier: EUPL-1.2
"""Three real nats-servers as one cluster on this machine; to be killed, paused, wiped, started again."""

import json
import shutil
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from services.suite.bus import BINARY
from tests.conftest import free_port
from tests.flows.suite import until

# As docs/deployment.md tells an operator to run them, but on one machine.
CONFIG = """\
server_name: "{name}"
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor}"
jetstream {{
  store_dir: "{directory}"
  sync_interval: always
  max_file_store: {max_bytes}
}}
cluster {{
  name: "kernpuls"
  listen: "127.0.0.1:{route}"
  routes: [{routes}]
}}
"""
SERVERS = ("n1", "n2", "n3")


class Server:
    """One of them."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder / name
        self.port, self.monitor, self.route = free_port(), free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def configure(self, others: list["Server"]) -> None:
        self.folder.mkdir(parents=True)
        routes = ", ".join(f'"nats://127.0.0.1:{other.route}"' for other in others)
        config = CONFIG.format(
            name=self.name, port=self.port, monitor=self.monitor, directory=self.folder,
            max_bytes=256 * 1024**2, route=self.route, routes=routes,
        )  # fmt: skip
        (self.folder / "nats-server.conf").write_text(config)

    def start(self) -> None:
        with (self.folder / "nats-server.log").open("ab") as log:
            command = [str(BINARY), "-c", str(self.folder / "nats-server.conf")]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def wipe(self) -> None:
        """The disk of a server that does not run is replaced by an empty one."""
        assert self.process is None
        shutil.rmtree(self.folder / "jetstream")

    def asked(self, path: str) -> dict[str, Any]:
        """What its monitoring port answers; nothing while it is away."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.monitor}/{path}", timeout=2) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            return {}

    def healthy(self) -> bool:
        """It has caught up with the others: stream, consumers and the cluster's own record."""
        return self.asked("healthz").get("status") == "ok"


class Cluster:
    """All three. `url` is what the suite is given: the addresses of all."""

    def __init__(self, folder: Path, kind: type[Server] = Server) -> None:
        self.servers = [kind(name, folder) for name in SERVERS]
        for server in self.servers:
            server.configure([other for other in self.servers if other is not server])

    @property
    def url(self) -> str:
        return ",".join(server.url for server in self.servers)

    def start(self) -> None:
        for server in self.servers:
            server.start()
        self.until_healthy()

    def until_healthy(self, within: float = 60) -> None:
        until(lambda: all(server.healthy() for server in self.servers), "all servers have caught up", within)

    def end(self) -> None:
        for server in self.servers:
            server.kill()

    def copies_agree(self) -> bool:
        """Every server has the same stream: as many events, as many bytes, the same last one."""
        told = [server.asked("jsz?streams=true") for server in self.servers]
        streams = [s for one in told for account in one["account_details"] for s in account["stream_detail"]]
        return len(streams) == 3 and len({json.dumps(copy_of(s["state"])) for s in streams}) == 1

    def leaders(self) -> dict[str, Server | None]:
        """Who leads the cluster's own record (`meta`) and the stream, as whoever answers says."""
        for server in self.servers:
            told = server.asked("jsz?streams=true&raft=true")
            if told:
                break
        named = {server.name: server for server in self.servers}
        streams = [s for account in told.get("account_details", ()) for s in account.get("stream_detail", ())]
        stream = streams[0].get("cluster", {}).get("leader", "") if streams else ""
        meta = told.get("meta_cluster", {}).get("leader", "")
        return {"meta": named.get(meta), "stream": named.get(stream)}


def copy_of(state: dict[str, Any]) -> dict[str, Any]:
    """Without the moments: a copy that was brought up to date later has its own."""
    return {name: state[name] for name in ("messages", "bytes", "first_seq", "last_seq", "num_subjects")}
