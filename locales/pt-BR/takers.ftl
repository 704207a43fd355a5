# O que pode ser feito com uma imagem: os modelos que recebem uma.

takers-link = Modelos para ela
takers-title = Usar esta imagem
takers-picture = A imagem
takers-none = Nenhum modelo oferecido recebe uma imagem, e a pesquisa não encontrou nenhum. Escolha outro modelo na página, pelo nome ou endereço.
takers-edit = Editar por palavras
takers-upscale = Ampliar
takers-cut-out = Remover o fundo
takers-describe = Descrever em palavras
takers-other = Outros
takers-not-here = A imagem não pôde vir junto: este modelo não recebe nenhuma, ou ela não está na sua galeria.
