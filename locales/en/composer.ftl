# The prompt bar.

composer-form = Request
composer-prompt = Prompt
composer-placeholder = What should the picture show?
composer-no-prompt = This model needs no prompt. Add a caption if you like.
composer-prompt-needed = Type what the picture should show.
composer-add-picture = Add a picture
composer-count = Number of pictures
composer-settings = Settings
composer-compare = Compare
composer-words = Words
composer-generate = Generate
# To somebody who may not make pictures, where others have the prompt.
composer-only-looking = You can look at pictures here; ask an owner to be able to make some.
