"""The records that pass through the rooms above, and the diagnostics.

All are values. No module here reads or writes a file, or decides anything.
"""
