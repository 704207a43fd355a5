# The sheet with the state of each provider.

connections-title = Conexões
connections-close = Fechar conexões
connections-session = O Easel reconhece este navegador por um cookie; suas imagens pertencem a ele. { $link }
connections-forget = Esquecer este navegador
connections-built-in = Integrado
connections-keyless = Não precisa de chave
connections-ready = Pronto
connections-unchecked = Ainda não verificado
connections-failed = Não funciona
connections-no-key = Ainda sem chave
connections-check = Verificar
connections-check-provider = Verificar { $provider }
connections-checking = Verificando
connections-keys = Chaves dos provedores
# $link: connections-keys.
connections-of-keys = Informe uma chave, troque-a ou remova-a: { $link }
connections-keys-about = Uma chave informada aqui é verificada na hora, guardada selada e usada a partir de então para as imagens de todos. Ela nunca mais é mostrada. Uma chave no .env vale antes dela.
# $provider: Hugging Face, Replicate or OpenAI API.
connections-key-of = Nova chave de { $provider }
connections-use-key = Usar esta chave
connections-use-key-of = Usar esta chave de { $provider }
connections-key-in = em { $variable } do ambiente, que vale: mude-a lá
connections-key-given = informada aqui
connections-key-unreadable = informada aqui, mas selada com outra EASEL_SECRET_KEY ou outro arquivo de chave: ponha-o de volta, ou informe a chave de novo
connections-remove = Remover
connections-remove-key = Remover a chave de { $provider }
connections-key-kept = A chave de { $provider } passa a ser usada.
connections-key-refused = { $provider } não aceita esta chave, por isso ela não é guardada. O que havia antes fica.
connections-key-removed = A chave de { $provider } foi removida e não é mais usada.
connections-no-such-key = Isto não pode ser uma chave: cole a chave inteira, sem espaços.
connections-key-configured = A chave do ambiente é a que vale. Mude-a lá, ou remova-a de lá para informar uma aqui.
connections-no-seal = Vários servidores podem usar este banco de dados: defina a mesma EASEL_SECRET_KEY em cada um, inicie-os de novo e então informe a chave.
