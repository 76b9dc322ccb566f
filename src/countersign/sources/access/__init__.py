"""Reads what tells who reached an account: alert mails, lists of sessions, rosters, journeys, returns, timelines."""
