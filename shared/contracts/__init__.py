# SPDX-License-Identifier: EUPL-1.2
"""The public contract: every event of the suite, its envelope, and how the domain says no."""
