"""The managed bibliography: reading, canonical form, rules, registries."""
