# SPDX-License-Identifier: EUPL-1.2
"""The independent services of the suite, and the `kernpuls` command that runs them."""
