# Series: a comparison of models, or a grid, on a page of its own; and the bar that begins one.

series-all = Comparisons and grids
series-none = Nothing has been compared yet. Open Compare below the prompt, and choose a second model or something to vary.
series-comparison = { $count ->
    [one] { $count } model compared
   *[other] { $count } models compared
}
series-grid = { $count ->
    [one] { $count } picture
   *[other] { $count } pictures
}
series-progress = { $ended } of { $count } have ended
series-over = All have ended
# While names are hidden.
series-choose-blind = All have ended. Choose the best, and the names are shown.
# $name: a model.
series-won = { $name } was found the best
series-pictures = Pictures
# What a picture is called while the names of models are hidden.
series-letter = Picture { $letter }
# $prompt: what was asked for; $name: the model that made it, or what it differs in.
series-alt = { $prompt } · { $name }
# What a picture differs in. $label: an input, such as Steps.
series-input = { $label } { $value }
series-seed = Seed { $number }
series-waiting = Waiting for its turn
series-hidden = Shown when all have ended
series-no-picture = No picture
series-deleted = Deleted from the gallery
series-best = Best
series-is-best = { $name } is the best
series-cancel-one = Cancel { $name }
series-cancel = Cancel all
series-reveal = Show the names
series-delete = Forget this page
series-export = Save as one picture
series-share = Share
series-shared = Anyone with the link sees the pictures and the models, not the prompt.
series-shared-all = Anyone with the link sees the pictures, the models and the prompt.
series-share-more = Share the prompt too
series-share-less = Share without the prompt
series-wins = Wins so far
series-wins-won = Wins
series-wins-of = Comparisons
series-wins-blind = Wins with hidden names
# Two pictures of it, looked at closely.
series-pair = Two at a time
series-first = First picture
series-second = Second picture
series-way = Look at them
series-beside = Side by side
series-slider = Slider
series-blink = Blink
series-line = Where one ends and the other begins
series-turn = Show the other one

# The bar below the prompt.
series-compare = Compare models
series-compare-help = Choose more in the Model box: up to { $most }. All get the same prompt, shape and seed.
series-remove = Leave { $name } out
series-blind = Hide their names until I have chosen the best
series-vary = Vary
series-across = Input from column to column
series-across-values = Its values from column to column
series-down = Input from row to row
series-down-values = Its values from row to row
series-nothing = Nothing
series-vary-help = Separate values by commas; 4..20/4 counts in steps. {"{"}red|blue{"}"} in the prompt makes a picture of each. Up to { $most } pictures.
series-lines = Each line is a prompt of its own
series-count = { $count ->
    [one] Generate starts { $count } picture.
   *[other] Generate starts { $count } pictures.
}
series-unreachable = Easel cannot be reached. Try again in a moment.
series-error-single = One picture so far. Choose a second model, or something to vary.
series-error-models = At most { $most } models are compared at once. Leave one out.
series-error-many = That would be more than { $most } pictures. Use fewer values.
series-error-sides = Only two things can vary at once. Remove one: models, inputs, prompts or the number of pictures.
series-error-values = Enter the values that the input takes, such as 4, 8, 12; and vary another one from row to row.
# $values: as they were entered, such as “0, 99”; $why: as in fields.ftl.
series-error-wrong = { $values }: { $why }
