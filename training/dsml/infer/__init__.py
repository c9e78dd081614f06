"""Whole-slide inference over many slides, with the model folder that the viewer loads and by the viewer's own rules."""
