# A card: one generation on the page, running or over.

# What a picture without a prompt is called.
card-made-with = Made with { $model }
# What one picture of several is called. $name: its prompt.
card-one-of = { $name } ({ $index } of { $count })
card-cancel = Cancel
card-again = Try again
card-edit = Edit
# After the connection was lost.
card-now = Retry now
# Runs the same prompt with other seeds.
card-more = More like this
card-use = Use as input
card-download = Download
card-progress = Progress
card-results = Results
# A fact about a picture that is done.
card-seed = seed { $seed }
# How long it took. $seconds comes with one digit after the decimal mark.
card-took = { $seconds } s
card-elapsed = { $seconds } s
card-left = { $seconds } s left
