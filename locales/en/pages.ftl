# Pages of their own: behind a share link, and those that say why there is nothing.

pages-title = { $title } · Easel
pages-back = Back
pages-nothing-started = Nothing was started
pages-no-picture = No picture was made
# What is wrong with an input.
pages-field = { $field }: { $message }
pages-nothing-here = Nothing here
pages-shared-picture = A shared picture
pages-shared-description = A picture made with Easel.
# $link: the name Easel.
pages-made-with = Made with { $link }
pages-gone = There is no picture behind this link.
pages-gone-why = It may no longer be shared, or it was deleted.
pages-not-yours = This picture is not in your gallery.
pages-not-yours-why = It may have been deleted, or made in another browser.
pages-nowhere = There is no page at this address.
pages-nowhere-why = It may have been mistyped or copied incompletely.
pages-session-cookie = Easel recognises this browser by a cookie. Once it is forgotten, the cookie is no longer valid, here or anywhere it was copied to, and this browser starts with an empty gallery.
pages-session-lost = What it made stays on the server, but nobody can see it any more, except through links that were shared. This cannot be undone. Download what you want to keep, or delete it, first.
pages-session-keep = Keep it
# What the app shows while its server is away.
pages-offline-title = Easel cannot be reached
pages-offline = Check that it is running, and that this device is connected. Pictures that were being made are still being made. This page tries again by itself.
pages-offline-again = Look again now
# Says why something was refused, where a browser sent a form.
pages-refused = This did not work
pages-unreadable = Easel could not read this request. Reload the page and try again.
