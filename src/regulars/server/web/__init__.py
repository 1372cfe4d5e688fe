"""The frame every page stands in: layout, parts, navigation, bricks and the look of numbers."""
