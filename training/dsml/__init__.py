"""Deep multi-magnification similarity learning: from a labelled data set to a model folder for the viewer.

The package knows nothing of the viewer's code. The two meet in the model folder that `dsml.export` writes and in the
rule by which crops are read (`dsml.data.crops`).
"""

__version__ = "0.1.0"
