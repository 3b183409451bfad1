"""The suite `lightship bench agents`: what an agent measures while its hub is away arrives whole, and once."""
