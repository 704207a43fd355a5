# The document and its head.

head-description = Crie imagens a partir de prompts.
head-hello = O que vamos pintar?
head-running = em andamento
head-examples = Exemplos
head-demo = A demonstração pinta sem precisar de conta. Para modelos de verdade, { $link } ou digite o endereço de qualquer Gradio Space como modelo.
head-demo-link = adicione uma chave da Hugging Face ou da Replicate
# Where there is a key already.
head-spaces = Além dos modelos oferecidos, você pode digitar o endereço de qualquer Gradio Space como modelo.

head-more = Mais
head-theme = Tema
head-theme-system = Sistema
head-theme-light = Claro
head-theme-dark = Escuro
head-language = Idioma

head-shortcuts = Atalhos do teclado
head-close-shortcuts = Fechar atalhos
head-key-line = Nova linha no prompt
head-key-earlier = Prompt anterior, com a caixa vazia
head-key-search = Pesquisar suas imagens
head-key-gallery = Ir à imagem mais nova da galeria
head-key-nth = Abrir da primeira à nona imagem
head-key-next = Próxima imagem
head-key-star = Marcar a imagem com estrela
head-key-download = Baixar a imagem
head-key-again = Gerar de novo com a mesma semente
head-key-edit = Editar e gerar
head-key-compare = Comparar modelos com seu prompt
head-key-close = Fechar
head-key-shortcuts = Estes atalhos
head-unalive = O script desta página não começou: não pôde ser carregado, ou o navegador, ou uma política entre ele e o Easel, não permite WebAssembly (o Modo de Isolamento não permite). Recarregar pode ajudar. Gerar, a galeria e os downloads funcionam mesmo assim; cada passo carrega a página de novo.
