# What is known of a picture.

facts-model = Model
# Where the demo ran.
facts-demo = A built-in painter, not an AI model
facts-size = Size
# $kind: PNG, JPEG, …
facts-kind = { $kind }, { $size }
# Takes the seed of this picture for the next.
facts-use-seed = use
facts-took = Took
# How long the model loaded before.
facts-loading = + { $time } loading
facts-file = a file kept here
facts-log = Attempts and log
facts-attempts = Attempts
facts-made = Made
facts-reference = Reference
facts-id = Id
facts-collection = Collection
# Takes the picture out of its collection.
facts-take-out = take out

# What a provider told about the result.
facts-inference-provider = Inference provider
facts-rewritten = Prompt as rewritten
facts-not-safe = Not safe for work
facts-run-time = Run time
# A run at Replicate, which calls it so.
facts-prediction = Prediction
facts-page = Page
# Of a picture of the demo: garden, night, …
facts-style = Style
# $number: of the picture that the words stand below.
facts-caption = Caption { $number }
# How much an AI model read and wrote.
facts-tokens = Tokens
facts-cost = Cost
