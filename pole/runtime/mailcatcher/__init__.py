"""A mail server that delivers nowhere: the demonstration's letter box, and the tests' moody partner."""
