# What is known of a picture.

facts-model = Modelo
facts-demo = Um pintor integrado, não um modelo de IA
facts-size = Tamanho
facts-kind = { $kind }, { $size }
facts-use-seed = usar
facts-took = Duração
facts-loading = + { $time } carregando
facts-file = um arquivo guardado aqui
facts-log = Tentativas e registro
facts-attempts = Tentativas
facts-made = Criada em
facts-reference = Referência
facts-id = Id
facts-collection = Coleção
facts-take-out = tirar
