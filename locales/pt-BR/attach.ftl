# The question what a picture from outside is for.

attach-title = Para que serve esta imagem?
attach-note = { $model } não parte de uma imagem. Para usá-la como entrada, escolha um modelo que parta.
attach-input = Usar como entrada
attach-settings = Usar as configurações dela
attach-both = As duas coisas
attach-cancel = Cancelar
attach-silent = Este arquivo não diz como foi feito.
# $tool: the program that made a picture.
attach-not-understood = Este arquivo foi feito com { $tool }, mas não diz como de um jeito que o Easel leia.
attach-too-large = As palavras neste arquivo são maiores do que um pedido pode ser, então nenhuma é usada.
