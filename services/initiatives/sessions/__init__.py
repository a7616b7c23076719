# SPDX-License-Identifier: EUPL-1.2
"""Sessions of officials: who is logged in, since when, and whether that has ended. Nobody else knows."""
