# SPDX-License-Identifier: EUPL-1.2
"""The Alembic environment that all services share."""
