"""The commands: options -> one call -> print -> exit code."""
