"""One module a command: options, one call, printing, exit code. No module here knows anything of Markdown or of Anki."""
