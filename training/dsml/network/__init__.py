"""The network: encoders, heads, and the geometry and loss of similarity between magnifications."""
