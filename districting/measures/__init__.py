"""Pure measures: arrays in, numbers out. Each has a unit and a direction; a rule is a measure with a bound, an audit line a measure beside today's value."""
