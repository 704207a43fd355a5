# Gradio apps, and copies of Spaces.

space-by = Space by { $owner } · Gradio { $version }
space-app = Gradio app · Gradio { $version }
space-details = what it takes and gives
space-endpoint = Endpoint
space-inputs = Inputs
space-outputs = Outputs
space-column-name = Name
space-column-type = Type
space-column-default = Default
space-duplicate = Duplicate this Space

space-copy-title = Duplicate { $space }
space-copy-help = A private copy in your Hugging Face account, for you alone. One that you made before is used again. Secrets of the original are not copied.
space-copy-hardware = Hardware
space-copy-as-original = as the original
space-copy-sleep = Sleep after, in minutes
space-copy-most = What an hour may cost, in US dollars
space-copy-prices = Prices
space-copy-close = Close
space-copy-make = Duplicate
# $stage: a word of the Hub.
space-copy-working = Making the copy · { $stage }
space-copy-existed = Your earlier copy is now chosen.
space-copy-done = The copy is running and is now chosen.
# $what and $next: as in errors.ftl.
space-copy-failed = Failed: { $what }. { $next }
space-copy-refused = Failed: { $what }. “{ $detail }” { $next }
space-copy-free = cpu-basic is free. Most image models are very slow on it, or do not start.
space-copy-billed = Hugging Face bills { $hardware } to your account by the hour, from the start until the Space sleeps, { $minutes } min after its last use.
space-copy-as-billed = The copy gets the hardware of the original. Hugging Face bills anything other than cpu-basic to your account by the hour, from the start until the Space sleeps, { $minutes } min after its last use.
