"""The promises that phonetui makes about calls, each with its proof and with controls that must fail."""
