# Refusals that the code writes in English, for programs, and that are found here again when a
# browser shows them; as in providers.ftl.

said-owner-only = Only the owner of this Easel may do this.
said-money-makers = What is spent here is shown to people who make pictures under a name, and to the owner.
said-key-makers = Keys are made by people who make pictures here under a name, and by the owner.
said-cross-site = this request comes from another site
said-too-many-files = too many files are being fetched at once; try again in a minute
said-busy-files = the server is busy with other large files; try again in a minute
said-clean-impossible = the file of this picture may say how it was made, and Easel cannot remove that
said-not-shown = This picture is not shown: its file may say how it was made, and Easel cannot remove that.
said-no-such-pictures = there are no such pictures
