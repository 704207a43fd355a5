# The question what a picture from outside is for.

attach-title = What is this picture for?
# $model: what the chosen model is called.
attach-note = { $model } does not start from a picture. Choose a model that does to use it as input.
attach-input = Use as input
attach-settings = Use its settings
attach-both = Both
attach-cancel = Cancel
attach-silent = This file does not say how it was made.
# $tool: the program that made a picture.
attach-not-understood = This file was made with { $tool }, but it does not say how in a way that Easel reads.
attach-too-large = The words in this file are larger than a request may be, so none of them are used.
