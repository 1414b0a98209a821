"""What learners have, and what a release gives them: times, the lock, release notes.

In: a built deck and its lock. Out: the times of its notes, the next lock, the notes for learners. Only ``write_release`` writes files.
"""
