# SPDX-License-Identifier: EUPL-1.2
"""What the fork server imports, once, before any process of the suite is forked from it (see `forks`).

Importing this is what does it: the fork server of Python is given modules and nothing else.
"""

import gc

from services.suite import child, discovery, player, prepare, proxy, steps
from shared.http import site

child.end_with_parent()  # it is kept alive by every process forked from it, which would outlive the suite
discovery.discover()
site.compile_templates()
gc.collect()
gc.freeze()  # a garbage collection in a forked process would copy all that it shares with the others

__all__ = ["child", "discovery", "player", "prepare", "proxy", "steps"]
