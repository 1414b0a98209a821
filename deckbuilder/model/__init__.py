"""The records that flow through the rooms above, and the diagnostics. Values only: no module here reads, writes or decides."""
