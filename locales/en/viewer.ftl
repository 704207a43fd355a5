# One picture, large.

viewer-picture = Picture
viewer-close = Close
viewer-newer = Previous
viewer-older = Next
viewer-zoom = Zoom
viewer-neighbours = Neighbours
# $day: as in numbers.ftl; $time: 17:04.
viewer-made = { $day }, { $time }
# $made: as viewer-made says it.
viewer-position = { $index } of { $count } · { $made }
viewer-edit = Edit and run
viewer-same-seed = Same seed
viewer-copy-prompt = Copy prompt
viewer-share = Share
viewer-copy-link = Copy link
viewer-open-link = Open the link
viewer-unshare = Stop sharing
viewer-shared-all = Anyone with the link sees the picture, its prompt and settings.
viewer-shared-picture = Anyone with the link sees only the picture.
viewer-share-less = Leave prompt and settings out
viewer-share-more = Include prompt and settings
viewer-family = What came from what
viewer-notices = Notes on this run
viewer-log = What the model printed
