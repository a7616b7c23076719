# SPDX-License-Identifier: EUPL-1.2
"""The local mailbox: stands in for a mail server on one machine, and shows what would have been sent."""
