"""Facts, counters, statistics, bulletins and the balance: pure, standard library only."""
