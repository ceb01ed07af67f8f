"""What is known of models: cards, prices, image budgets and presets."""
