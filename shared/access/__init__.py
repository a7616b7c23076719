# SPDX-License-Identifier: EUPL-1.2
"""Who somebody is, what they may do, and that it is recorded what they did."""
