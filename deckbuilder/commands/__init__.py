"""One module for each command: options, one call, printing, exit code. No module here reads Markdown, or files of Anki."""
