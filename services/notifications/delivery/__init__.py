# SPDX-License-Identifier: EUPL-1.2
"""Delivery: every notice that waits is sent, by the channel that the settings choose."""
