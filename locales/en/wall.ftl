# The gallery: what was made earlier.

wall-title = Gallery
wall-search = Search
wall-search-placeholder = Search prompts and models
wall-all = All
wall-starred = Starred
wall-provider = Provider
wall-all-providers = All providers
wall-select = Select
wall-menu = More filters and sizes
wall-only-failed = Only failed
wall-size = Size of pictures
wall-small = Small
wall-medium = Medium
wall-large = Large
wall-more = Show more
wall-none = No picture matches.
wall-none-for = No picture for “{ $search }”. Words are found by how they begin.
wall-clear = Clear search
wall-pictures = { $number ->
    [one] { $number } picture
   *[other] { $number } pictures
}
wall-more-pictures = more than { $number } pictures
wall-failed = { $failed } failed
wall-cancelled = { $cancelled } cancelled
wall-failed-and-cancelled = { $failed } failed, { $cancelled } cancelled
# Unfolds what failed.
wall-show = · show

# $name: what the picture is called.
wall-select-one = Select { $name }
wall-star-one = Star { $name }
wall-star = Star
wall-delete = Delete
wall-selection = Selection
wall-selected = { $count } selected
wall-download-zip = Download zip
wall-too-many = Choose at most { $most } for one file.
wall-end-selection = End selection

wall-collections = Collections
wall-collection = Collection
wall-collection-title = Without a name they are taken out of their collection
wall-collect = Add to collection
