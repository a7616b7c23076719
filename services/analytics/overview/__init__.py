# SPDX-License-Identifier: EUPL-1.2
"""What people and other systems read: the answers of the API, and the pages that show the same.

`scope.py` of which year · `sums.py` sums of cells · `labels.py`, `definitions.py` the Dutch in it ·
`initiative_views.py`, `money_views.py`, `partner_views.py`, `participation_views.py`, `survey_views.py` what
is shown of one topic · `views.py` the whole answers · `queries.py` reads them · `api.py` · `pages/`.
"""
