# The sheet with the state of each provider.

connections-title = Connections
connections-close = Close connections
# $link: connections-forget.
connections-session = Easel knows this browser by a cookie; your pictures belong to it. { $link }
connections-forget = Forget this browser
connections-built-in = Built in
connections-keyless = Needs no key
connections-ready = Ready
connections-unchecked = Not checked yet
connections-failed = Does not work
connections-no-key = No key yet
connections-check = Check
connections-check-provider = Check { $provider }
connections-checking = Checking
connections-keys = Keys of the providers
# $link: connections-keys.
connections-of-keys = Give a key, replace it or remove it: { $link }
connections-keys-about = A key that you give here is checked at once, kept sealed, and used for everybody’s pictures from then on. It is never shown again. A key in .env counts before it.
# $provider: Hugging Face, Replicate or OpenAI API.
connections-key-of = New key of { $provider }
connections-use-key = Use this key
connections-use-key-of = Use this key of { $provider }
connections-key-in = in { $variable } of the environment, which counts: change it there
connections-key-given = given here
connections-key-unreadable = given here, but sealed with another EASEL_SECRET_KEY or key file: put that back, or give the key again
connections-remove = Remove
connections-remove-key = Remove the key of { $provider }
connections-key-kept = The key of { $provider } is used from now on.
connections-key-refused = { $provider } does not accept this key, so it is not kept. What was there before stays.
connections-key-removed = The key of { $provider } is removed, and is not used any more.
connections-no-such-key = This cannot be a key: paste the whole key, without spaces.
connections-key-configured = The key in the environment counts. Change it there, or remove it there to give one here.
connections-no-seal = Several servers may use this database: set the same EASEL_SECRET_KEY for each of them and start them again, then give the key.
connections-too-often = You had many keys checked just now. Wait a minute, then give it again.
connections-own = Your own keys
# $link: connections-own.
connections-of-own = Bring a key of your own: { $link }
connections-own-about = A key that you bring is checked at once, kept sealed, and used from then on for your pictures, in the place of the one for all. Nobody else’s are made with it, no budget here counts what it costs, and it is never shown again.
connections-own-off = The owner of this Easel does not let people bring keys of their own.
connections-own-rest = These keys of yours are kept, and not used. You can remove them.
connections-own-key-of = Your own key of { $provider }
connections-own-kept = Your key of { $provider } is used for your pictures from now on.
connections-own-removed = Your key of { $provider } is removed, and is not used any more.
connections-allow-title = Keys of people’s own
connections-allow-about = Whoever brings a key makes pictures with it at their own expense: they alone use it, and no budget here counts that. Their limits stay.
connections-allow = People may bring keys of their own
connections-allow-save = Save choice
connections-saved = Saved. It holds from now on.
connections-models = Models on offer
connections-models-about = One model reference a line, such as hf:owner/name; the first is chosen. Makers and visitors run these alone. Without any, Easel offers some for each key. An endpoint by its address is sent your token only where it stands in .env.
connections-models-label = Model references
connections-models-save = Save models
connections-origins = Origins that may be contacted
connections-origins-about = What is private or plain http, such as an app on your own machine: one a line, like http://127.0.0.1:7860. With space:, hf:, replicate: or openai: before it that provider alone goes there, and with a path only what is below it is meant. Whoever may use this Easel can have it asked there: list apps, no gateways.
connections-origins-label = Origins
connections-origins-save = Save origins
connections-in-environment = { $variable } of the environment says it, which counts: change it there.
connections-wrong-model = “{ $entry }” is no model reference. Write it like hf:owner/name, space:owner/name or replicate:owner/name. Nothing was saved.
connections-wrong-origin = “{ $entry }” is no origin. Write it like http://127.0.0.1:7860, without a user or password. Nothing was saved.
connections-too-many = There are more than 200 lines. Nothing was saved.
