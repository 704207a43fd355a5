# What can be done with a picture: the models that take one.

takers-link = Models for it
takers-title = Use this picture
takers-picture = The picture
takers-none = No model on offer takes a picture, and the search found none. Choose another model on the page, by its name or address.
takers-edit = Edit by words
takers-upscale = Make larger
takers-cut-out = Remove the background
takers-describe = Describe in words
takers-other = Other
takers-not-here = The picture could not be used: this model takes none, or it is not in your gallery.
