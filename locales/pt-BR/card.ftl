# A card: one generation on the page, running or over.

card-made-with = Feita com { $model }
card-one-of = { $name } ({ $index } de { $count })
card-cancel = Cancelar
card-again = Tentar de novo
card-edit = Editar
card-now = Tentar agora
card-more = Mais como esta
card-use = Usar como entrada
card-download = Baixar
card-progress = Progresso
card-results = Resultados
card-seed = semente { $seed }
card-took = { $seconds } s
card-elapsed = { $seconds } s
card-left = faltam { $seconds } s
