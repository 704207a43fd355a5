# The panel of words below the prompt: styles, kept prompts and earlier ones.

words-search = Search words
words-prompts = Kept prompts
words-prompt-name = Name for this prompt
words-keep-prompt = Keep this prompt
words-earlier = Earlier prompts
words-none = None found.
words-styles = Styles
words-own = A style of your own
words-name = Name
words-prefix = Before the prompt
words-suffix = After the prompt
words-negative = What must not show
words-keep-style = Keep this style
# $name: what was kept.
words-forget = Forget { $name }
words-no-negative = This model takes no negative prompt, so only the prompt was changed.
words-unreachable = Easel cannot be reached. Try again in a moment.
words-wrong = Give it a name of at most 80 characters, and words to keep.
words-too-many = 200 are kept already. Forget some first.

# Styles that come with Easel.
words-photograph = Photograph
words-film = Film photograph
words-portrait = Studio portrait
words-street = Street photograph
words-macro = Macro photograph
words-aerial = Aerial photograph
words-monochrome = Black and white
words-instant = Instant photograph
words-cinema = Cinematic still
words-noir = Film noir
words-product = Product photograph
words-oil = Oil painting
words-watercolour = Watercolour
words-gouache = Gouache
words-impressionist = Impressionist
words-ink = Ink drawing
words-pencil = Pencil sketch
words-charcoal = Charcoal
words-pastel = Pastel
words-woodcut = Woodblock print
words-linocut = Linocut
words-etching = Etching
words-nouveau = Art nouveau poster
words-travel = Travel poster
words-comic = Comic
words-anime = Anime
words-book = Children's book
words-pixel = Pixel art
words-isometric = Isometric
words-lowpoly = Low poly
words-clay = Clay model
words-paper = Paper cut
words-glass = Stained glass
words-logo = Logo
