# The question what a picture from outside is for.

attach-title = What is this picture for?
# $model: what the chosen model is called.
attach-note = { $model } does not start from a picture. Choose a model that does to use it as input.
attach-input = Use as input
attach-settings = Use its settings
attach-both = Both
attach-cancel = Cancel
attach-silent = This file carries no settings.
# $tool: the program that made a picture.
attach-not-understood = This file was made with { $tool }, but its settings are not in a form that Easel reads.
attach-too-large = The text in this file is longer than a request may be, so none of it is used.
