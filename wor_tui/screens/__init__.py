"""What a person sees: a screen per file, its .tcss beside it. Screens ask and show; the services do."""
