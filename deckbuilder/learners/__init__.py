"""The ways to learners and back from Anki: corrections made there, reviews, and the way of a package into a running Anki."""
