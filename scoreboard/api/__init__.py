"""The API: the published numbers, the rows behind them, imports and coaching, for programs that carry a token."""
