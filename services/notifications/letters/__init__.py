# SPDX-License-Identifier: EUPL-1.2
"""Letters: what a notice says, in Dutch, as text and as HTML of the same words."""
