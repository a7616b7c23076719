# SPDX-License-Identifier: EUPL-1.2
"""The kernen of the municipality: who is on duty in each today, and since when nobody is."""
