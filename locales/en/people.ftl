# People who have names here: signing in, following a link, the account.

people-sign-in = Sign in
people-name = Name
people-password = Password
people-sign-in-about = This Easel is for people invited by its owner.
people-forgot = Forgot your password? The owner can make a link for a new one with “easel people reset NAME”.
people-no-owner = Nobody owns this Easel yet. To become its owner, open the link that it printed when it started; “easel people link” prints another one.
people-proxy = This Easel lets in the people that the proxy in front of it names. This request came another way, or its name is missing, was removed by an owner, or looks like somebody else's: open the usual address and sign in there, or ask an owner.
people-link-proxy = This link works where the proxy in front of this Easel says who you are: open it at the usual address, once you are signed in there.
people-wrong = Name or password is wrong.
people-too-soon = Too many passwords were tried. Try again in { $seconds } s.
people-busy = Too many people are signing in right now. Try again in a moment.
people-store = Easel’s database is not responding. Try again in a moment.
people-no-name = Enter a name of at most 100 letters that can be seen.
people-no-password = A password has { $least } to { $most } characters.
people-password-help = At least { $least } characters; a few words are good.
people-taken = Somebody is already called “{ $name }”. Choose another name.
people-gone = This link no longer works: it was used, or has expired. Ask for another one.
people-come-in = Come in
# $role: people-owner, people-maker or people-viewer.
people-invited = You are invited to this Easel, as { $role }. Choose a name and a password. What this browser made here before will be yours too.
people-new-password-for = A new password for { $name }
people-reset-about = You will be signed out everywhere else.
# $role: people-owner, people-maker or people-viewer.
people-become = With this link you become { $role } here.
people-owner = owner
people-maker = maker
people-viewer = viewer
people-title = People
# $role: people-owner, people-maker or people-viewer.
people-you = You are { $name }, { $role }.
# $link: people-title.
people-of-connections = Your account, and who else is here: { $link }
people-change-password = Change password
people-old-password = Current password
people-new-password = New password
people-changed = The password is changed, and you are signed out everywhere else.
people-browsers = Where you are signed in
people-some-browser = A browser
people-this-browser = this browser
people-signed-in-on = signed in { $day }
people-sign-out = Sign out
people-sign-out-of = Sign out of { $browser }
people-sign-out-everywhere = Sign out everywhere
people-everybody = Everybody
people-roles = An owner may do everything here. A maker makes pictures with the models on offer. A viewer can look at what is there, but not start or change anything.
people-since = since { $day }
people-role = Role
people-role-of = Role of { $name }
people-set-role = Set
people-set-role-of = Set the role of { $name }
people-remove = Remove
people-remove-named = Remove { $name }…
people-remove-about = They are signed out immediately, their API keys stop working, and what they shared is no longer shared. What they made stays on the server, but nobody can see it. This cannot be undone.
people-remove-made = Delete what they made, too
people-remove-named-by-proxy = They stay out even if the proxy names them, until somebody runs: easel people readmit NAME
people-removed = { $name } was removed.
people-last-owner = An Easel needs an owner: make somebody else an owner first.
people-not-here = This person is not here any more. Somebody else may have removed them.
people-invite = Invite somebody
people-make-link = Make a link
# $role: people-owner, people-maker or people-viewer.
people-link = This link lets in one person, once, within 7 days, as { $role }. It is shown only this once: copy it now.
people-links = Links that nobody has followed yet
people-link-until = until { $day }
people-take-back = Take back
