"""The campaign's machine: keeps voters and lends them out, takes events and counts them."""
