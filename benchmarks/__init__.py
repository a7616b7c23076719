# SPDX-License-Identifier: EUPL-1.2
"""Every promise of speed as a ratio against a floor that is measured in the same run.

A floor does the same work with the same durability and payload, without our plumbing: machines are
noisy, and a ratio of two things measured side by side says more than seconds.
"""
