# The page with the keys of other tools.

keys-title = Chaves de API
keys-of-connections = Outras ferramentas criam imagens aqui com uma chave própria. { $link }
keys-about = Open WebUI, LibreChat, SillyTavern, n8n, um script: cada um cria imagens com os modelos deste Easel e, com uma chave criada aqui, na sua galeria.
keys-name = Nome
keys-name-help = Como você a chama, por exemplo o programa que a recebe.
keys-create = Criar chave
keys-made = Esta é a chave “{ $name }”. Ela é mostrada só desta vez: copie-a agora.
keys-wrong-name = Dê um nome de no máximo 100 letras.
keys-taken = Já existe uma chave chamada “{ $name }”. Revogue-a ou escolha outro nome.
keys-too-many = Já há 50 chaves. Revogue uma antes.
keys-list = Chaves
keys-none = Ainda não há chaves.
keys-made-on = criada em { $day }
keys-used-on = usada em { $day }
keys-never-used = nunca usada
keys-revoke = Revogar
keys-revoke-named = Revogar { $name }
keys-revoked = A chave “{ $name }” não abre mais nada.
keys-settings = Use em outras ferramentas
keys-settings-model = Um modelo é chamado por sua referência, como hf:owner/name. Nenhum nome, ou um da OpenAI, é o primeiro modelo oferecido.
keys-tool = Ferramenta
keys-tool-settings = Configurações
keys-back = Voltar ao estúdio
