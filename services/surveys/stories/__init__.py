# SPDX-License-Identifier: EUPL-1.2
"""Stories beside the numbers: told with consent, shown after review, erased on request."""
