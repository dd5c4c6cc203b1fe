"""What commenters are told, when, and what they say to it; the round's report and who signs it off."""
