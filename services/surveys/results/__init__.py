# SPDX-License-Identifier: EUPL-1.2
"""Results: what was measured, and what of it everybody may know. Each is a subject of its own."""
