# The question what a picture from outside is for.

attach-title = What is this picture for?
# $model: what the chosen model is called.
attach-note = { $model } does not start from a picture. Choose a model that does to use it as input.
attach-input = Use as input
attach-settings = Use its settings
attach-both = Both
attach-cancel = Cancel
