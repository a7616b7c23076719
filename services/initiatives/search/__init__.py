# SPDX-License-Identifier: EUPL-1.2
"""Finding initiatives: lists with their numbers, the worklists of officials, and the work of each."""
