"""The rules of participation, with no input or output of their own."""
