# The prompt bar.

composer-form = Pedido
composer-prompt = Prompt
composer-placeholder = O que a imagem deve mostrar?
composer-no-prompt = Este modelo não precisa de prompt. Se quiser, escreva uma legenda.
composer-prompt-needed = Escreva o que a imagem deve mostrar.
composer-add-picture = Adicionar uma imagem
composer-count = Número de imagens
composer-settings = Configurações
composer-compare = Comparar
composer-words = Palavras
composer-generate = Gerar
# To somebody who may not make pictures, where others have the prompt.
composer-only-looking = Aqui você pode ver imagens; para criar também, fale com um dono.
