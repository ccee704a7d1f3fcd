"""A synthetic Pôle: invented services, people and cases, and one story played through the real pipeline."""
