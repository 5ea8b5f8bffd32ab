"""What full-screen front ends share: the terminal, its lines and their styles, and what asks for a key or a line."""
