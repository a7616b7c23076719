# SPDX-License-Identifier: EUPL-1.2
"""From events to entities: what is known of each subject after one more of its events. All of it is pure.

`model.py` what entities have in common · `initiative_events.py`, `partner_events.py`, `money_events.py`,
`participation_events.py`, `survey_events.py` the entities of one topic, and one function for each of its
events · `projection.py` the table of all of them.
"""
