# Why a file that somebody adds is refused, and what to do.

upload-no-file = Send one file, of at most 32 MiB.
upload-empty = This file is empty.
upload-cut = This file was cut off on its way: its end is missing. Add it again.
upload-too-large = This file is larger than the 32 MiB that Easel accepts.
upload-no-cookie = Your browser did not send Easel's cookie. Allow it, and reload the page.
upload-many = Too many files are being uploaded at once. Try again in a minute.
upload-many-pictures = Too many pictures are looked at at once. Add it again in a minute.
upload-no-room = The file cannot be kept: only { $free } MB are free on the disk of Easel's files, and { $floor } MB have to stay free.
upload-personal = Where and by whom this photo was taken cannot be removed from it. Save it as another PNG or JPEG, and add that.
upload-heic = This is a HEIC photo, which neither browsers nor models read. Convert it to JPEG.
# $kind: the name of a format, such as TIFF.
upload-uncommon = This is { $kind }, which few models read. Save it as PNG or JPEG, and add that.
upload-no-picture = This is not a PNG, JPEG, WebP, GIF or AVIF image.
