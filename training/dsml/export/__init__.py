"""Writes a trained run as a model folder: TF.js graph models, manifest, golden outputs, model card."""
