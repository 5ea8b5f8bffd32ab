"""phonetui: phone banking in a terminal."""
