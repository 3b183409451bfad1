"""The hub's side: who is enrolled, what each is to measure, what they have measured."""
