"""The account folder: bills, contract, numbers and screenshots, held by the customer, provable by their hashes."""
