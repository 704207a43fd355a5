# Pages of their own: behind a share link, and those that say why there is nothing.

pages-title = { $title } · Easel
pages-back = Back
pages-nothing-started = Nothing was started
# What is wrong with an input.
pages-field = { $field }: { $message }
pages-nothing-here = Nothing here
pages-shared-picture = A shared picture
pages-shared-description = A picture made with Easel.
# $link: the name Easel.
pages-made-with = Made with { $link }
pages-gone = There is no picture behind this link.
pages-gone-why = Whoever shared it may have stopped that, or deleted the picture.
pages-not-yours = This picture is not in your gallery.
pages-not-yours-why = It may have been deleted, or made in another browser.
pages-nowhere = There is no page at this address.
pages-nowhere-why = It may have been typed or copied with a mistake.
pages-session-cookie = Easel knows this browser by a cookie. When it is forgotten, the cookie is worth nothing any more, here and wherever it was copied to, and this browser starts with an empty gallery.
pages-session-lost = What it made stays on the server, but nobody sees it any more, except behind links that were shared. This cannot be undone. Download what you want to keep, or delete it, before.
pages-session-keep = Keep it
# What the app shows while its server is away.
pages-offline-title = Easel cannot be reached
pages-offline = Check that it runs, and that this device is connected. What was being made goes on. This page looks again by itself.
pages-offline-again = Look again now
