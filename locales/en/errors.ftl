# Why there is no picture. “error-” says what happened: without a capital and a period, because it
# also follows “Failed:”. “next-” is a sentence that says what to do.

error-bad-key = { $provider } does not accept the key in { $variable }
error-missing-key = { $provider } needs a key
error-not-permitted = the key in { $variable } may not do this
error-no-credit = there is no credit left at { $provider }
error-gated = { $model } asks you to accept its licence first
error-model-not-found = there is no model { $model }
error-unsupported = { $model } cannot be run here
error-inputs = the model did not accept the inputs
error-too-many-requests = too many requests
error-quota = the quota is used up
error-asleep = { $model } is asleep and did not wake up in time
error-paused = { $model } is paused by its owner
error-filtered = the provider's filter held the picture back
error-model-failed = the model failed
error-bad-answer = the answer was not a picture
error-unreachable = { $host } could not be reached
error-busy = { $host } is busy
error-timeout = there was no answer in time
error-unknown = the answer was lost
error-expired = the result has expired at the provider
error-not-allowed = this server may not contact { $origin }
error-still-loading = the model was still loading after { $tries } tries
error-interrupted = the server was stopped during this run
error-conflict = this id belongs to another request
error-not-found = there is no such generation
error-cancelled = cancelled
error-cross-site = the page is not from this server
error-storage = Easel could not save the picture
# $detail: why, in the server's own words.
error-cannot-keep = pictures cannot be saved right now: { $detail }. Nothing was started
error-server-unreachable = Easel's server cannot be reached
error-internal = something went wrong inside Easel
error-no-room = the disk of Easel's server is almost full, so nothing new is started
error-endpoint-paused = the endpoint { $host } is paused
error-endpoint-failed = the endpoint { $host } failed to start
error-endpoint-off = the endpoint { $host } is switched off: it is paused, or failed to start
error-own-gallery-full = your pictures and files use all of the { $limit } MB that one person may keep here, so nothing was started
error-all-galleries-full = all pictures and files together use the { $limit } MB that this server keeps, so nothing was started
error-not-signed-in = you are not signed in here
error-only-looking = you may look here, but not make or change anything
# $limit: an amount like “10.00 USD”, or as money-generations says it.
error-budget-spent = { $whose ->
    [own] your budget of { $limit } a { $period ->
        [day] day
       *[month] month
    } is used up, so nothing was started
   *[all] the budget of { $limit } a { $period ->
        [day] day
       *[month] month
    } for everybody here is used up, so nothing was started
}
# $limit: which one; $allowed: how much it allows. The page of limits has them in the same order.
error-limit = { $limit ->
    [at-once] you already have as many generations under way as one person may have at once here ({ $allowed }), so nothing was started
    [an-hour] you have started as many generations within an hour as one person may here ({ $allowed }), so nothing was started
    [a-day] you have started as many generations today as one person may in a day here ({ $allowed }), so nothing was started
    [a-day-in-all] as many generations were started today as all people together may start in a day here ({ $allowed }), so nothing was started
    [uploads] with this file, more would be uploaded from here today than one person may upload in a day ({ $allowed } MB)
    [searches] more searches came from your address within a minute than are allowed here ({ $allowed })
    [starts] more generations were started from your address within a minute than are allowed here ({ $allowed }), so nothing was started
   *[other] a limit was reached here ({ $allowed })
}

# Makes a sentence of what happened.
error-sentence = { $what }.
error-plain = { $what }. { $next }
error-billed = You may have been charged for it.

error-link-licence = Open the licence
error-link-page = Open its page
error-link-endpoints = Open your endpoints
error-link-key = { $provider ->
    [OpenAI] Make an OpenAI key
   *[other] Make a { $provider } token
}
error-link-billing = { $provider } billing

next-unbilled = Nothing was billed. Try again.
next-said = Change the inputs as the app says, then try again.
next-login = Add “https://host user password” for it to { $variable } in .env and restart Easel.
next-server-key = Add “https://host/v1 key” for it to { $variable } in .env and restart Easel.
next-bad-key = { $variable ->
    [Connections] Make a new key and enter it under Connections.
   *[other] Make a new key, put it into { $variable } and restart Easel.
}
next-missing-key = { $variable ->
    [Connections] The key that this run started with was removed. Enter yours again under Connections, then generate again.
   *[other] Enter one under Connections, or put it into { $variable } in .env and restart Easel.
}
next-not-permitted = { $variable ->
    [Connections] Make a key with this permission and enter it under Connections.
   *[other] Make a key with this permission and put it into { $variable }.
}
# $time: as number-seconds, number-minutes or number-hours says it.
next-again-in = Try again in { $time }.
next-quota-in = It resets in { $time }. Or choose another model.
next-not-allowed = If you trust it, an owner can add { $origin } under Connections, or to EASEL_ALLOWED_ORIGINS in .env.
next-no-credit = Add credit there, or choose another model.
next-gated = Accept the licence on its page, then try again.
next-model-not-found = Check the spelling. A private model needs a key that may read it.
next-unsupported = Choose another model.
next-inputs = Change the marked inputs and try again.
next-inputs-unmarked = Change the inputs and try again.
next-too-many-requests = Wait a little, then try again.
next-quota = Wait until it resets, or choose another model.
next-asleep = Try again in a few minutes.
next-paused = Only its owner can start it again. You can duplicate it.
next-filtered = Change the prompt and try again.
next-model-failed = Try again, perhaps with other inputs.
next-bad-answer = Try again; if it keeps happening, choose another model.
next-unreachable = Check the address and the network, then try again.
next-busy = Try again in a minute.
next-unknown = It may still have run. Check the provider's page before you try again.
next-run-again = Run it again.
next-still-loading = Come back in a few minutes, or choose another model.
next-start-anew = Press Generate to start over.
next-cross-site = Reload the page and try again.
next-storage = Check the server's disk and database, then try again.
next-server-unreachable = Check that it is running. Generate again resumes the same work.
next-internal = Try again. The server's log says more.
next-no-room = Free some space there, then try again.
next-endpoint-failed = Nothing was sent to the model. See its log and start it again in its settings, then try again.
next-endpoint-off = Nothing was sent to the model. Resume the endpoint in its settings, then try again.
next-own-gallery-full = Delete some that you no longer need, then try again.
next-all-galleries-full = Delete what you no longer need; the space is free an hour later. Or ask the owner of this Easel to raise the limit under “Limits”.
next-not-signed-in = Sign in; the owner of this Easel can invite you. Nothing was started.
next-only-looking = Ask the owner of this Easel to let you make pictures.
# $day: 2026-11-29.
next-budget-spent = It starts over on { $day } (UTC). The owner of this Easel can raise it under “Money”.
# $time: as number-seconds, number-minutes or number-hours says it.
next-limit = { $limit ->
    [at-once] Wait until one of them ends, or cancel one. The owner of this Easel can raise it under “Limits”.
   *[other] Try again in { $time }. The owner of this Easel can raise it under “Limits”.
}
