# What a person always wants of the chosen model, below the prompt.

# $model: what it is called.
habits-title = Always with { $model }
habits-nothing = Nothing is kept yet. Set its inputs in Settings, then keep them.
# $inputs: such as “Steps 4, Guidance 3”.
habits-kept = Whenever you choose it, it starts with { $inputs }.
habits-keep = Keep what is set now
habits-forget = Forget
habits-spare-title = If it does not start
habits-spare = Try instead
habits-no-spare = Nothing
habits-after = Also after this many seconds
habits-billed = Even if both may be charged
habits-spare-help = The first model is stopped beforehand. Where nobody can tell whether it stops and costs nothing, the other one is tried only if the box above is ticked.
habits-wrong = It could not be saved. Try again in a moment.
habits-too-many = That is more than can be kept. Forget something first.
