# How far a generation is. What stands before the first “·” is the phase, which screen readers are
# told of at once; what stands after it are numbers.

status-starting = Starting
# $stage: the provider's own word.
status-waking = Waking the model · { $stage }
status-queued = { $queue ->
    [own] In Easel's own queue
   *[provider] In the queue
}
status-queued-place = { NUMBER($place, type: "ordinal") ->
    [one] { $place }st
    [two] { $place }nd
    [few] { $place }rd
   *[other] { $place }th
} in { $queue ->
    [own] Easel's own queue
   *[provider] the queue
}
status-queued-of = { NUMBER($place, type: "ordinal") ->
    [one] { $place }st
    [two] { $place }nd
    [few] { $place }rd
   *[other] { $place }th
} in { $queue ->
    [own] Easel's own queue
   *[provider] the queue
} of { $size }
# $queued: one of the three above.
status-queued-about = { $queued } · about { $seconds } s
status-painting = Painting
# $words: one of the messages of this file; $notice: the provider's own words.
status-with-notice = { $words } · { $notice }
# $words: one of the messages of this file; $usual and $left: as number-seconds or number-minutes says it.
status-usual = { $words } · usually { $usual }
status-left = { $words } · usually { $usual }, about { $left } left
status-longer = { $words } · longer than the usual { $usual }
# $doing: the provider's own word, or status-painting; $unit: the provider's own word, or “step”.
status-step = { $doing } · { $unit } { $step }
status-step-of = { $doing } · { $unit } { $step } of { $total }
status-percent = { $doing } · { $percent } %
status-loading = The model is loading
status-loading-try = Loading the model · try { $tries } of { $most }
status-cancelling = Cancelling
# The page has not heard yet that the provider stops.
status-cancel-sent = Cancelling…
status-cancel-undelivered = Easel cannot be reached · Cancel is sent when the connection is back
status-lost = Connection lost · trying again until Easel answers
status-running = Running
status-done = Done
# $words: status-done or status-no-success; $cost: as money-amount says it.
status-cost = { $words } · { $cost }
status-cancelled = Cancelled
status-no-success = Failed
status-failed = Failed
# $what: as in errors.ftl.
status-failed-because = Failed: { $what }
# $words: one of the messages above; $model: the one that took the place of the first.
status-instead = { $words } · with { $model }, as the first did not start
status-instead-late = { $words } · with { $model }, as the first took too long

# What is asked of a person who waits long, and told when it is over.
notifier-question = This takes a while.
notifier-yes = Tell me when it is done
notifier-no = Not now
notifier-done = Your pictures are done
notifier-asked = You will be notified
# What can be done about a wait that is twice as long as usual.
late-headline = This takes twice as long as usual.
late-tell = Tell me when it is done
# $model: another one.
late-instead = Stop it, use { $model }
late-stop = Stop it
late-same = It is this model that runs already. Nothing was stopped.
late-too-often = Another model has taken the place of the one before three times, which is as often as it may. Nothing was stopped.
notifier-sound = With a sound
notifier-closed = Also when Easel is closed
notifier-closed-wrong = That did not work. Allow notifications for this address in your browser, then try again.
# What is told while Easel is closed; a prompt follows.
push-failed = This did not work
push-comparison = Your comparison is done
push-grid = Your grid is done
