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
