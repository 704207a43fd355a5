# The sheet with the inputs of the model.

settings-close = Close settings
settings-reset-all = Reset all
settings-about = About this model
settings-advanced = Advanced
settings-example = Use the example
settings-required = required

settings-width = Width
settings-height = Height
settings-steps = Steps
settings-guidance = Guidance
settings-negative-prompt = Negative prompt
settings-seed = Seed

settings-shape = Shape
settings-swap = Swap width and height
# One letter before a box.
settings-width-short = W
settings-height-short = H

settings-seed-which = Which seed
settings-seed-new = New each time
settings-seed-keep = Keep the last
settings-seed-keep-title = Keep the seed of the last picture
settings-seed-own = or type one
settings-no-seed = No picture has reported its seed yet.

settings-clear = clear
# Stands before the next two.
settings-changed = changed
settings-reset = reset
settings-reset-to = reset to { $default }
# What a button is called. $label: of the input; $reset: one of the three above.
settings-reset-name = { $label }: { $reset }

settings-lines = One per line
settings-file-choose = { $kind ->
    [picture] Choose, drop or paste a picture
   *[file] Choose, drop or paste a file
}
settings-file-add = { $kind ->
    [picture] Add another picture
   *[file] Add another file
}
settings-file-replace = { $kind ->
    [picture] Replace the picture
   *[file] Replace the file
}
settings-file-address = Address for { $label }
settings-file-or-address = or its address: https://…
settings-file-given = A file that you added
settings-file-remove = Remove
# $names: inputs, with number-separator between them.
settings-unused = Not used from the picture: { $names }.
