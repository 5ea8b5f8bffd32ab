"""What stands on the screen, as lines of text: pure functions from the view and a width, apart from every widget."""
