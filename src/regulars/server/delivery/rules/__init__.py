"""What holds for messages whatever carries them: how much they weigh, which words are a no."""
