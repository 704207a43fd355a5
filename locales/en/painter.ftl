# The painter of masks.

painter-open = Paint a mask
painter-again = Paint on the mask
painter-picture-first = Choose the picture first: the mask is painted over it.
# Of a mask that is given as a file.
painter-file-white = White is repainted, black stays.
painter-file-black = Black is repainted, white stays.

# $label: what the input is called.
painter-title = Paint: { $label }
painter-help = Paint over what should be repainted.
painter-picture = The picture under the mask
painter-keys = Keys: arrows move the brush, Shift further; Space puts it down and lifts it; [ and ] change its size; B brush, E eraser; Ctrl Z undoes.
painter-tool = Tool
painter-brush = Brush
painter-eraser = Eraser
painter-size = Brush size
painter-undo = Undo
painter-clear = Clear
painter-cancel = Cancel
painter-use = Use mask

# What is said while one paints. $percent: how much of the picture is painted.
painter-down = The brush is down.
painter-up = { $percent } % painted.
painter-undone = Undone. { $percent } % painted.
painter-cleared = Nothing is painted now.
painter-empty = Nothing is painted yet.
painter-broken = The picture cannot be shown, so it cannot be painted on. Add it as a file.
