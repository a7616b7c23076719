# SPDX-License-Identifier: EUPL-1.2
"""The term within which an initiative must be decided."""
