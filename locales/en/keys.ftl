# The page with the keys of other tools.

keys-title = API keys
# $link: keys-title.
keys-of-connections = Other tools make pictures here with a key of their own. { $link }
keys-about = Open WebUI, LibreChat, SillyTavern, n8n, a script: each can make pictures with the models of this Easel, using a key that you create here. The pictures go to your gallery.
keys-name = Name
keys-name-help = What you call it, such as the program that will use it.
keys-create = Create key
keys-made = This is the key “{ $name }”. It is shown only this once: copy it now.
keys-wrong-name = Give it a name of at most 100 characters.
keys-taken = There is a key called “{ $name }”. Revoke it, or choose another name.
keys-too-many = There are 50 keys already. Revoke one first.
keys-list = Keys
keys-none = There are no keys yet.
keys-made-on = made { $day }
keys-used-on = used { $day }
keys-never-used = never used
keys-revoke = Revoke
keys-revoke-named = Revoke { $name }
keys-revoked = The key “{ $name }” no longer works.
keys-settings = Use it from other tools
keys-settings-model = Name a model by its reference, such as hf:owner/name. Without a name, or with one of OpenAI’s, the first model on offer is used.
keys-tool = Tool
keys-tool-settings = Settings
keys-back = Back to the studio
