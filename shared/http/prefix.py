# SPDX-License-Identifier: EUPL-1.2
"""A service answers below `/<service>` as it does without: behind one address it is found by that, and nobody
takes it off on the way, so that what it says of itself is right for who asked.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "kernpuls.path"  # in the scope of a request: its path without the prefix, by which a service decides


class Prefixed:
    """The outermost layer. `root_path` is what the routes, and the paths in an answer, begin with."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app, self.prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            root = self.prefix if path.startswith(f"{self.prefix}/") else ""
            scope = {**scope, "root_path": root, PATH: path.removeprefix(root)}
        await self.app(scope, receive, send)
