"""Safe reading and writing of files: whole or not at all, never from outside the folder, one process at a time."""
