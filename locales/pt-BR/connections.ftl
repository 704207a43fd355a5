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
