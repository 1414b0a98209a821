"""Reading and writing files safely: whole or not at all, never from outside the folder, one process at a time."""
