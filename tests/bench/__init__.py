"""How fast, in ratios: ``python -m tests.bench``."""
