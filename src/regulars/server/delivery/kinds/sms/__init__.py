"""SMS by gateways: what all of them owe (signature, opt-out words, parts) is in `line`."""
