"""Makes what is handed over: exhibits with all that is needed to check them, without us and without our programs."""
