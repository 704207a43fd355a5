# People who have names here: signing in, following a link, the account.

people-sign-in = Sign in
people-name = Name
people-password = Password
people-sign-in-about = This Easel is for people whom its owner invited.
people-forgot = Forgot the password? The owner gets a link for a new one with “easel people reset NAME”.
people-no-owner = Nobody owns this Easel yet. Whoever started it becomes its owner by the link that it printed when it started; “easel people link” prints another one.
people-proxy = This Easel lets in whom the proxy in front of it names. This request came another way, or without a name: open the usual address, and sign in there.
people-wrong = Name or password is wrong.
people-too-soon = Too many passwords were tried. Try again in { $seconds } s.
people-busy = Too many people sign in right now. Try again in a moment.
people-store = Easel’s database does not answer. Try again in a moment.
people-no-name = Give a name of at most 100 letters.
people-no-password = A password has { $least } to { $most } letters.
people-password-help = At least { $least } letters; a few words are good.
people-taken = Somebody is called “{ $name }” already. Choose another name.
people-gone = This link leads nowhere any more: it was used, or has expired. Ask for another one.
people-come-in = Come in
# $role: people-owner, people-maker or people-viewer.
people-invited = You are invited to this Easel, as { $role }. Choose a name and a password. What this browser made here before goes along.
people-new-password-for = A new password for { $name }
people-reset-about = You are signed out everywhere else then.
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
people-roles = An owner may do everything here. A maker makes pictures with the models on offer. A viewer looks at what is there, and begins and changes nothing.
people-since = since { $day }
people-role = Role
people-role-of = Role of { $name }
people-set-role = Set
people-set-role-of = Set the role of { $name }
people-remove = Remove
people-remove-named = Remove { $name }…
people-remove-about = They are signed out at once, their API keys open nothing any more, and what they shared is shared no more. What they made stays on the server, but nobody sees it. This cannot be undone.
people-remove-made = Delete what they made, too
people-remove-named-by-proxy = They stay out though the proxy names them, until somebody types: easel people readmit NAME
people-removed = { $name } is not here any more.
people-last-owner = An Easel has an owner: make somebody else an owner first.
people-invite = Invite somebody
people-make-link = Make a link
# $role: people-owner, people-maker or people-viewer.
people-link = This link lets in one person, once, within 7 days, as { $role }. It is shown this once: copy it now.
people-links = Links that nobody has followed yet
people-link-until = until { $day }
people-take-back = Take back
