# What the page says for a moment.

notice-undo = Undo
notice-unreachable = Easel cannot be reached.
notice-unreachable-check = Easel cannot be reached. Check that it runs.
notice-still-loading = The model is still loading after { $tries } tries. Try again later.
notice-internal = Something went wrong inside of Easel.
notice-uploading = Uploading
notice-upload-unreachable = Easel cannot be reached. Try again when the connection is back.
notice-upload-failed = The upload failed.
notice-upload-too-large = This file is larger than the server takes.
notice-upload-status = The upload failed (HTTP { $status }).
notice-takes-no-picture = The chosen model does not start from a picture. Choose one that does.
notice-seed-used = The next picture has this seed.
notice-takes-no-seed = The chosen model takes no seed.
notice-prompt-copied = Prompt copied
notice-link-copied = Link copied
notice-cannot-copy = The browser does not let this page copy.
notice-deleted = { $count ->
    [one] Deleted
   *[other] { $count } deleted
}
