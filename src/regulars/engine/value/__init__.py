"""What a customer will still bring: a forecast with a range, from fitted models."""
