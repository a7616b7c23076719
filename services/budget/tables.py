# SPDX-License-Identifier: EUPL-1.2
"""Where the tables of all folders are listed: a key of one names a table of another."""

from sqlalchemy import MetaData

books = MetaData()
