"""Interest communities: members, meetings, posts, who is active, and the friends they bring."""
