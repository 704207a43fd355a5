# What Easel remarks while a model works, and about what came of it.

run-cold-start = This is a demo of a cold start: a model that nobody used for a while has to load first. Easel keeps asking until it is ready.
run-no-credit = { $provider } is not enabled for this account; using { $next }
run-no-longer-served = { $provider } no longer serves this model; using { $next }
run-turned-away = { $provider } turned the request away; using { $next }
run-down = { $provider } is down; using { $next }
run-hub-unreachable = The Hub cannot be reached ({ $why }), so Easel cannot look up who serves { $model }; trying hf-inference
run-staging = { $provider } serves { $model } for testing only; it may fail or change.
run-check-failed = Hugging Face's last check of { $model } at { $provider } failed; trying anyway.
run-left-out = { $provider } cannot take: { $names }
run-from-cache = This picture was served from the provider's cache.
run-pictures-lost = { $count ->
    [one] One picture
   *[other] { $count } pictures
} could not be fetched: { $error }
run-parts-lost = { $count ->
    [one] One part
   *[other] { $count } parts
} of the result could not be fetched: { $error }
run-files-lost = { $lost } of { $count } files could not be fetched: { $error }
run-picture-failed = One of the pictures failed.
run-other-size = The picture is { $width } × { $height }, not { $asked_width ->
    [0] any
   *[other] { $asked_width }
} × { $asked_height ->
    [0] any
   *[other] { $asked_height }
} as asked.
run-unknown-kind = The answer is not a picture that Easel knows. It is kept as a file to download.
run-svg-too-large = The SVG is kept as a file, and not shown: it is larger than 8 MiB.
run-svg-too-complex = The SVG is kept as a file, and not shown: it is too complex to draw.
run-svg-too-slow = The SVG is kept as a file, and not shown: it took too long to draw.
run-svg-busy = The SVG is kept as a file, and not shown: too many are drawn at once.
run-too-many-outputs = Easel keeps no more than { $count } outputs.
run-too-many-pictures = The model made { $made } pictures, and Easel keeps the first { $count }.
run-unreachable = { $host } cannot be reached: try { $number } of { $tries }
run-busy = { $whose } is busy: try { $number } of { $tries } in { $seconds } s
run-busy-or-unreachable = { $host } is busy or cannot be reached: try { $number } of { $tries } in { $seconds } s
run-rate-limit = Waiting for { $provider }'s rate limit, { $seconds } s.
run-cancel-open = { $provider } has not confirmed the cancel yet; it may still finish.
run-still-trying = { $provider } cannot be reached at the moment; still trying.
run-preparation-failed = The app's preparation of “{ $input }” failed: { $error }
run-failed-early = The app failed before it finished; what it had made by then is kept. It says: { $error }
run-cannot-save-yet = The picture is done, but cannot be saved yet: { $error }. Easel tries again.
run-not-twice = It is taking longer than you wanted to wait. { $model } is not tried: nobody can tell whether this one would stop, and both might be charged.
run-spare-not-started = { $model } could not be started: { $error }.
