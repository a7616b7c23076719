# SPDX-License-Identifier: EUPL-1.2
"""The assessment of an initiative by the guide (handreiking overheidsparticipatie), and its letter."""
