# What is wrong with an input. $label: what it is called.

field-missing = { $label } is required.
field-not-text = { $label } must be text.
field-too-short = { $label } needs at least { $min } characters.
field-too-long = { $label } takes at most { $max } characters.
field-not-whole = { $label } must be a whole number.
field-not-number = { $label } must be a number.
field-not-switch = { $label } must be on or off.
field-not-choice = { $label } must be one of the choices.
field-not-choices = { $label } must be some of the choices.
field-too-many-choices = { $label } takes at most { $max } choices.
field-not-moment = { $label } must be a date and a time, such as 2026-11-28 22:53:00.
field-not-day = { $label } must be a date, such as 2026-11-28.
field-not-colour = { $label } must be a colour, such as #aa3300.
field-not-file = { $label } must be a file or an address.
field-not-files = { $label } must be files or addresses.
field-too-many-files = { $label } takes at most { $max } files.
field-not-list = { $label } must be a list.
field-not-json = { $label } is not valid JSON.
field-out-of = { $label } must be from { $min } to { $max }.
field-below = { $label } must be at least { $min }.
field-above = { $label } must be at most { $max }.
field-unknown = The model has no input “{ $label }”.
field-prompt-too-long = The prompt can have at most { $max } characters; this one has { $chars }.
