# SPDX-License-Identifier: EUPL-1.2
"""A survey: planned, opened, answered once per form or code, closed and counted."""
