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

# What a provider told about the result.
facts-inference-provider = Provedor de inferência
facts-rewritten = Prompt reescrito
facts-not-safe = Impróprio para o trabalho
facts-run-time = Tempo de execução
# A run at Replicate, which calls it so.
facts-prediction = Predição
facts-page = Página
# Of a picture of the demo: garden, night, …
facts-style = Estilo
# $number: of the picture that the words stand below.
facts-caption = Legenda { $number }
# How much an AI model read and wrote.
facts-tokens = Tokens
facts-cost = Custo
