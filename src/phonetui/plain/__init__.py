"""The front end that speaks line by line: for screen readers, braille displays, dumb terminals and pipes."""
