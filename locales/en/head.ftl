# The document and its head.

head-description = Make pictures from prompts.
head-hello = What shall we paint?
# Stands after the number of generations that run.
head-running = running
head-examples = Examples
# $link: head-demo-link.
head-demo = The demo paints without an account. For real models { $link }, or type the address of any Gradio Space as the model.
head-demo-link = add a Hugging Face or Replicate key
# Where there is a key already.
head-spaces = Beside the models on offer you can type the address of any Gradio Space as the model.

head-more = More
head-theme = Theme
head-theme-system = System
head-theme-light = Light
head-theme-dark = Dark
head-language = Language

head-shortcuts = Keyboard shortcuts
head-close-shortcuts = Close shortcuts
head-key-line = New line in the prompt
head-key-earlier = Earlier prompt, in an empty box
head-key-search = Search your pictures
head-key-gallery = To the newest picture of the gallery
head-key-nth = Open the first to the ninth picture
head-key-next = Next picture
head-key-star = Star the picture
head-key-download = Download the picture
head-key-again = Run it again with the same seed
head-key-edit = Edit and run
head-key-compare = Compare models with its prompt
head-key-close = Close
head-key-shortcuts = These shortcuts
# Where no script runs, or no WebAssembly.
head-unalive = The script of this page did not start: it could not be loaded, or the browser, or a policy between it and Easel, does not allow WebAssembly (Lockdown Mode does not). Reloading may help. Generate, the gallery and downloads still work; each step reloads the page.
