"""The parts Pôle stands on, found or brought: database, broker, mail catcher, its own processes."""
