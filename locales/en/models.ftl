# The list of models.

models-box = Model
models-list = Models
models-placeholder = Search, or paste a model name or URL
models-searching = Searching
models-yours = Yours
models-recent = Recent
models-built-in = Built in
models-spaces = Spaces and Gradio apps
models-nothing = Nothing was found.
models-found = { $count } found
models-more = More models
models-offline = Offline: showing Easel's built-in list.
models-partly = Not every provider could be searched.
# $short: the number as it is shown; $likes: the number itself.
models-likes = { $likes ->
    [one] { $short } like
   *[other] { $short } likes
}
models-thousands = { $number }k
models-gated = gated
models-free = no account needed
models-keyless = needs a key
# $usual: as number-seconds or number-minutes says it.
models-usual = usually { $usual }
models-usual-cold = usually { $usual } when it has to be started
readiness-warm = warm
readiness-cold = cold
# $usual: as number-seconds or number-minutes says it.
readiness-cold-usual = cold, usually { $usual }
readiness-asleep = asleep
readiness-busy = busy
readiness-gone = gone
# $state: one of the six above.
readiness-of-model = The model is { $state }
