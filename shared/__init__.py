# SPDX-License-Identifier: EUPL-1.2
"""Language and plumbing of the suite: nothing that only one service needs."""
