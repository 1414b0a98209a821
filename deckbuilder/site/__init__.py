"""Decks as static pages: to read, search, practise and print. The pages ask no other host, and work from a disk."""
