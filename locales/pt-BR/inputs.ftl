# The inputs of models that Easel itself describes.

inputs-image = Imagem
inputs-image-help = O que o prompt deve mudar.
inputs-images = Imagens
inputs-images-help = Para mudar como o prompt diz.
inputs-mask = Máscara
inputs-mask-help = Branca, ou transparente, onde a primeira imagem deve mudar.
inputs-steps-help = Mais passos demoram mais. Modelos rápidos querem de 1 a 8.
inputs-guidance-help = O quanto seguir o prompt à risca.
inputs-negative-help = O que a imagem não deve mostrar. Muitos modelos rápidos ignoram isso.
inputs-seed-help = A mesma semente dá a mesma imagem de novo. Vazio: uma nova.
inputs-seed-maybe = A mesma semente dá a mesma imagem de novo, se o servidor a respeitar.
inputs-seed-demo = As mesmas palavras e a mesma semente dão a mesma imagem.
inputs-steps-demo = Em quantos passos a pintura é mostrada. A imagem é a mesma.
inputs-style = Estilo
inputs-style-help = “automático” escolhe um estilo pelas suas palavras.
inputs-quality = Qualidade
inputs-background = Fundo
inputs-output-format = Formato de saída
inputs-previews = Prévias
inputs-previews-help = Imagens inacabadas pelo caminho, onde o servidor as envia. A OpenAI cobra por elas.
inputs-more = Mais entradas
# $example: a JSON object.
inputs-more-help = Enviadas como estão, por exemplo { $example }.
inputs-style-auto = automático
inputs-style-landscape = paisagem
inputs-style-night = noite
inputs-style-garden = jardim
inputs-style-flow = fluxo
inputs-style-geometry = geometria
