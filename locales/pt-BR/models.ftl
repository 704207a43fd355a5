# The list of models.

models-box = Modelo
models-list = Modelos
models-placeholder = Busque ou cole o nome ou a URL de um modelo
models-searching = Buscando
models-yours = Seus
models-recent = Recentes
models-built-in = Integrado
models-spaces = Spaces e apps Gradio
models-nothing = Nada foi encontrado.
models-found = { $count ->
    [one] { $count } encontrado
   *[other] { $count } encontrados
}
models-more = Mais modelos
models-offline = Sem conexão: mostrando a lista própria do Easel.
models-partly = Não foi possível buscar em todos os provedores.
models-likes = { $likes ->
    [one] { $short } curtida
   *[other] { $short } curtidas
}
models-thousands = { $number } mil
models-gated = acesso restrito
models-free = sem conta
models-keyless = precisa de chave
models-usual = costuma levar { $usual }
models-usual-cold = costuma levar { $usual } quando precisa iniciar
readiness-warm = pronto
readiness-cold = frio
readiness-cold-usual = frio, costuma levar { $usual }
readiness-asleep = dormindo
readiness-busy = ocupado
readiness-gone = fora do ar
# $state: one of the six above.
readiness-of-model = O modelo está { $state }
