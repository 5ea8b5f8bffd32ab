"""What each `phonetui` command does; a module here is imported only when its command is run."""
