"""Language and plumbing of the suite: nothing that only one service needs."""
