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
