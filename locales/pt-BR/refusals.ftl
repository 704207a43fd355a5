# Recusas; veja o arquivo em inglês.

said-owner-only = Só o dono deste Easel pode fazer isso.
said-money-makers = Os gastos daqui são mostrados a quem cria imagens com um nome e ao dono.
said-key-makers = Chaves são criadas por quem cria imagens aqui com um nome e pelo dono.
said-cross-site = este pedido vem de outro site
said-too-many-files = arquivos demais estão sendo baixados ao mesmo tempo; tente novamente em um minuto
said-busy-files = o servidor está ocupado com outros arquivos grandes; tente novamente em um minuto
said-clean-impossible = o arquivo desta imagem pode dizer como foi criada, e o Easel não consegue remover isso
said-not-shown = Esta imagem não é mostrada: o arquivo pode dizer como foi criada, e o Easel não consegue remover isso.
said-no-such-pictures = não existem essas imagens
