# SPDX-License-Identifier: EUPL-1.2
"""What the tables of this service have in common; each folder has its own."""

from sqlalchemy import MetaData, String

metadata = MetaData()
Id, Name = String(64), String(60)
