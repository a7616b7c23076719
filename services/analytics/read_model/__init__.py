# SPDX-License-Identifier: EUPL-1.2
"""The entities as tables: what handlers save, and what the overview reads.

`tables.py` · `cells.py` what one entity adds to the figures and where it is listed · `store.py` loads and
saves · `queries.py` what the overview asks · `rebuild.py` all of it again from the stream.
"""
