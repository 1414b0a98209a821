"""Runs the code of questions, and compares its output with the cards. Only ``deckbuilder test`` uses this room.

Each question runs in a process of its own, in an empty folder, with limits of time and memory. That is no sandbox: the
code can read the user's files and use the network.
"""
