# What the page says for a moment.

notice-undo = Undo
notice-unreachable = Easel cannot be reached.
notice-unreachable-check = Easel cannot be reached. Check that it is running.
notice-still-loading = The model is still loading after { $tries } tries. Try again later.
notice-internal = Something went wrong inside Easel.
notice-uploading = Uploading
notice-upload-unreachable = Easel cannot be reached. Try again when the connection is back.
notice-upload-failed = The upload failed.
notice-upload-too-large = This file is too large for a server between Easel and this page, which accepts less than Easel does (HTTP 413).
notice-upload-broken = The connection was lost. Try again; if it keeps happening, a server in between does not accept a file as large as this.
notice-too-large = This is more than Easel, or a server between it and this page, accepts (HTTP 413). Nothing was started. Make the inputs smaller.
notice-turned-away = A server between Easel and this page refused this. Nothing was started. Ask its operator why.
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
