"""Communities, their members, meetings and posts; what strangers and members open by link."""
