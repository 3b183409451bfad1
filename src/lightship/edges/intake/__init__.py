"""Where signals come in: checked, freed of repeats, counted into (row, tick)."""
