# One picture, large.

viewer-picture = Imagem
viewer-close = Fechar
viewer-newer = Anterior
viewer-older = Próxima
viewer-zoom = Zoom
viewer-neighbours = Vizinhas
viewer-made = { $day }, { $time }
viewer-position = { $index } de { $count } · { $made }
viewer-edit = Editar e gerar
viewer-same-seed = Mesma semente
viewer-copy-prompt = Copiar prompt
viewer-share = Compartilhar
viewer-copy-link = Copiar link
viewer-open-link = Abrir o link
viewer-unshare = Parar de compartilhar
viewer-shared-all = Quem tiver o link vê a imagem, o prompt e as configurações.
viewer-shared-picture = Quem tiver o link vê só a imagem.
viewer-share-less = Não mostrar prompt e configurações
viewer-share-more = Mostrar prompt e configurações
viewer-family = O que veio de onde
viewer-notices = Observações sobre esta execução
viewer-log = O que o modelo imprimiu
