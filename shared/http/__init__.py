# SPDX-License-Identifier: EUPL-1.2
"""The HTTP edge of every service: one app factory with the NL API Design Rules built in."""
