"""Rounds that were held elsewhere: checked as a whole, recorded once, corrected when the source changes."""
