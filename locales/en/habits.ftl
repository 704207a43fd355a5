# What a person always wants of the chosen model, below the prompt.

# $model: what it is called.
habits-title = Always with { $model }
habits-nothing = Nothing is kept yet. Set its inputs in Settings, then keep them.
# $inputs: such as “Steps 4, Guidance 3”.
habits-kept = Whenever you choose it, it starts with { $inputs }.
habits-keep = Keep what is set now
habits-forget = Forget
habits-spare-title = If it does not begin
habits-spare = Try instead
habits-no-spare = Nothing
habits-after = Also after so many seconds
habits-billed = Even if both may have to be paid
habits-spare-help = The first one is stopped before. Where nobody can tell whether it stops and costs nothing, the other one is tried only with the box above ticked.
habits-wrong = It could not be kept. Try again in a moment.
habits-too-many = That is more than can be kept. Forget something first.
