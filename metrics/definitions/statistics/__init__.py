"""Statistical models with numpy and scipy alone. Each function names the paper it follows."""
