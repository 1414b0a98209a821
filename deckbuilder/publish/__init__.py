"""A built deck -> a release for learners: times of notes, the next lock, release notes.

In: a built deck and its lock. Out: the times of the notes, the next lock, the release notes. Only ``write_release`` writes files.
"""
