# The question what a picture from outside is for.

attach-title = Para que serve esta imagem?
attach-note = { $model } não parte de uma imagem. Para usá-la como entrada, escolha um modelo que parta.
attach-input = Usar como entrada
attach-settings = Usar as configurações dela
attach-both = As duas coisas
attach-cancel = Cancelar
