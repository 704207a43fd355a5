# The sheet with the state of each provider.

connections-title = Connections
connections-close = Close connections
# $link: connections-forget.
connections-session = Easel recognises this browser by a cookie; your pictures belong to it. { $link }
connections-forget = Forget this browser
connections-built-in = Built in
connections-keyless = Needs no key
connections-ready = Ready
connections-unchecked = Not checked yet
connections-failed = Not working
connections-no-key = No key yet
connections-check = Check
connections-check-provider = Check { $provider }
connections-checking = Checking
connections-keys = Keys of the providers
# $link: connections-keys.
connections-of-keys = Add a key, replace it or remove it: { $link }
connections-keys-about = A key that you enter here is checked immediately, stored encrypted, and used for everybody’s pictures from then on. It is never shown again. A key in .env takes precedence over it.
# $provider: Hugging Face, Replicate or OpenAI API.
connections-key-of = New key of { $provider }
connections-use-key = Use this key
connections-use-key-of = Use this key of { $provider }
connections-key-in = set by { $variable } in the environment, which takes precedence: change it there
connections-key-given = entered here
connections-key-unreadable = entered here, but encrypted with another EASEL_SECRET_KEY or key file: put that one back, or enter the key again
connections-remove = Remove
connections-remove-key = Remove the key of { $provider }
connections-key-kept = The key of { $provider } is in use from now on.
connections-key-refused = { $provider } does not accept this key, so it was not saved. Nothing has changed.
connections-key-removed = The key of { $provider } was removed and is no longer used.
connections-no-such-key = This cannot be a key: paste the whole key, without spaces.
connections-key-configured = The key in the environment takes precedence. Change it there, or remove it there to enter one here.
connections-no-seal = Several servers may use this database: set the same EASEL_SECRET_KEY on each of them and restart them, then enter the key.
connections-too-often = You had many keys checked just now. Wait a minute, then enter it again.
connections-own = Your own keys
# $link: connections-own.
connections-of-own = Bring a key of your own: { $link }
connections-own-about = A key that you bring is checked immediately, stored encrypted, and used from then on for your pictures, instead of the shared one. Nobody else’s pictures are made with it, no budget here counts what it costs, and it is never shown again.
connections-own-off = The owner of this Easel does not let people bring their own keys.
connections-own-rest = These keys of yours are stored, but not used. You can remove them.
connections-own-key-of = Your own key of { $provider }
connections-own-kept = Your key of { $provider } is used for your pictures from now on.
connections-own-removed = Your key of { $provider } was removed and is no longer used.
connections-allow-title = Keys of people’s own
connections-allow-about = People who bring a key make pictures with it at their own expense: only they use it, and no budget here counts that. Their limits still apply.
connections-allow = People may bring keys of their own
connections-allow-save = Save choice
connections-saved = Saved. It applies from now on.
connections-models = Models on offer
connections-models-about = One model reference per line, such as hf:owner/name; the first is chosen. Makers and visitors can run only these. If there are none, Easel offers some for each key. An endpoint named by its address is sent your token only if it is listed in .env.
connections-models-label = Model references
connections-models-save = Save models
connections-origins = Origins that may be contacted
connections-origins-about = Private addresses and plain http, such as an app on your own machine: one per line, like http://127.0.0.1:7860. With space:, hf:, replicate: or openai: in front, only that provider may go there; with a path, only what is below it is allowed. Anyone who may use this Easel can make it send requests there: list apps, not gateways.
connections-origins-label = Origins
connections-origins-save = Save origins
connections-in-environment = Set by { $variable } in the environment, which takes precedence: change it there.
connections-wrong-model = “{ $entry }” is not a model reference. Write it like hf:owner/name, space:owner/name or replicate:owner/name. Nothing was saved.
connections-wrong-origin = “{ $entry }” is not an origin. Write it like http://127.0.0.1:7860, without a user or password. Nothing was saved.
connections-too-many = There are more than 200 lines. Nothing was saved.
