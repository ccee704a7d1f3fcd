"""Pages of a case. Each view: gate, fetch what is visible, call one service, render or redirect."""
