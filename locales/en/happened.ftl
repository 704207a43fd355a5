# The page about what people did here.

happened-title = What happened
# $link: happened-title.
happened-of-connections = Who signed in, and who changed, shared or deleted what: { $link }
happened-about = Newest first, for 400 days. It contains no keys, passwords or prompts.
happened-nothing = Nothing yet.
happened-earlier = Earlier
happened-csv = All of it as CSV
# These follow a name. $about: whom or what it is about, in the words of whoever did it.
happened-signed-in = signed in
happened-came-in = came in through a link
happened-signed-out = signed out
happened-changed-password = changed their password
happened-invited = made a link for somebody new: { $about }
happened-took-back = took a link back
happened-set-role = changed a role: { $about }
happened-removed-person = removed a person: { $about }
happened-made-api-key = made an API key: { $about }
happened-revoked-api-key = revoked an API key: { $about }
happened-gave-key = entered a key of a provider: { $about }
happened-removed-key = removed a key of a provider: { $about }
happened-set-price = entered a price: { $about }
happened-removed-price = removed a price: { $about }
happened-set-currency = set the currency: { $about }
happened-set-budget = set a budget: { $about }
happened-removed-budget = removed a budget: { $about }
happened-shared = shared: { $about }
happened-unshared = stopped sharing: { $about }
happened-deleted = deleted: { $about }
happened-restored = restored: { $about }
happened-spent = started a generation: { $about }
happened-gave-own-key = entered a key of their own: { $about }
happened-removed-own-key = removed a key of their own: { $about }
happened-set-limit = changed a limit: { $about }
happened-set-offers = changed the models on offer: { $about }
happened-set-origins = changed the origins that may be contacted: { $about }
happened-set-own-keys = changed whether people may bring keys of their own: { $about }
happened-copied-space = had a Space duplicated: { $about }
happened-failed-sign-in = tried a wrong password, from { $about }
