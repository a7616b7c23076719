# SPDX-License-Identifier: EUPL-1.2
"""An initiative, from its submission to the day that it is there and was looked back on.

`lifecycle` has the states and what is allowed in each · `model` decides each step, `deadlines` the steps that
move the term · `grant_decisions` follows what the budget decides · `policy` has what the municipality's file
says about a submission · `search_words` is how words are compared when an initiative is looked for.
"""
