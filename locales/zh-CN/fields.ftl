# What is wrong with an input. $label: what it is called.

